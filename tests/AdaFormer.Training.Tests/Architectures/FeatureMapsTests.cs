using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;

namespace AdaFormer.Training.Tests.Architectures;

[TestClass]
public sealed class FeatureMapsTests
{
    [TestMethod]
    [DataRow(1, 4, new long[] { 0, 0, 0, 0 })]
    [DataRow(2, 8, new long[] { 0, 1, 0, 1, 0, 1, 0, 1 })]
    [DataRow(3, 8, new long[] { 0, 1, 2, 1, 0, 1, 2, 1 })]
    [DataRow(5, 4, new long[] { 0, 1, 2, 3, 4, 3, 2, 1 })]
    [DataRow(4, 4, new long[] { 0, 1, 2, 3 })]
    public void GoesBackAndForthWithoutRepeatingTheEdge(long length, long multiple, long[] expected) =>
        CollectionAssert.AreEqual(expected, FeatureMaps.MirroredIndices(length, multiple));
}
