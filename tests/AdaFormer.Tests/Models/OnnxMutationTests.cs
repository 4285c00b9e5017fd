using AdaFormer.Tests.Inference;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>ONNX files with damages of all kinds, as the check sees them.</summary>
[TestClass]
public class OnnxMutationTests
{
    private static readonly MutationLoop Loop = new("onnx", Check, typeof(ModelFormatException));

    [TestMethod]
    public void R12_MutatedFiles_AreRefusedOrPass() => Loop.Run(Names.Select(name => Models.Bytes(name)), 3);

    [TestMethod]
    public void R12_KeptFiles_AreRefused()
    {
        Assert.IsGreaterThan(0, Loop.Replay());
        foreach (var path in MutationLoop.Kept("onnx"))
            Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(path), path);
    }

    private static readonly string[] Names = ["tiny-x2-skip", "tiny-x3"];

    private static void Check(byte[] file)
    {
        OnnxCheck.Check(file, "m");
        ModelDescription.Read(file, "m");
    }
}
