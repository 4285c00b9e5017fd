using AdaFormer.Training.Architectures.AdaFormer;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

[TestClass]
public sealed class WindowPartitionTests
{
    [TestMethod]
    public void WindowsGoRowsFirstAndMergeBack()
    {
        using var scope = NewDisposeScope();
        var map = arange(2 * 3 * 4 * 6, dtype: ScalarType.Float32).view(2, 3, 4, 6);
        var partition = WindowPartition.Of(map, 2);
        var tokens = partition.Split(map);
        CollectionAssert.AreEqual(new long[] { 2 * 2 * 3, 4, 3 }, tokens.shape);
        Assert.AreEqual(map[0, 0, 0, 2].item<float>(), tokens[1, 0, 0].item<float>(), "The second window is right of the first.");
        Assert.AreEqual(map[0, 1, 1, 0].item<float>(), tokens[0, 2, 1].item<float>(), "A window's third token begins its second row.");
        Assert.IsTrue(partition.Merge(tokens).SameAs(map));
    }
}
