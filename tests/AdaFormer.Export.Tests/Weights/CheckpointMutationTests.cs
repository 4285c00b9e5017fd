using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests.Weights;

/// <summary>PyTorch checkpoints with damages of all kinds.</summary>
[TestClass]
public class CheckpointMutationTests
{
    private static readonly MutationLoop Loop = new("pth", file => CheckpointReader.Parse(file, "c"), typeof(WeightsFormatException));

    [TestMethod]
    public void R11_MutatedFiles_AreRefusedOrWeights() => Loop.Run(Directory.EnumerateFiles(TestData.Fixture("checkpoints"), "*.pth").Order(StringComparer.Ordinal).Select(File.ReadAllBytes), 3);
}
