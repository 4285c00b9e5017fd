using static AdaFormer.Tests.ModelFiles.Protobuf;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>ONNX files with damages of all kinds, as the check sees them.</summary>
[TestClass]
public class OnnxMutationTests
{
    private static readonly MutationLoop Loop = new("onnx", Check, typeof(ModelFormatException));

    [TestMethod]
    public void R12_MutatedFiles_AreRefusedOrPass() => Loop.Run([Small()], 3);

    [TestMethod]
    public void R12_KeptFiles_AreRefused()
    {
        Assert.IsGreaterThan(0, Loop.Replay());
        foreach (var path in MutationLoop.Kept("onnx"))
            Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(path), path);
    }

    // Metadata of a model, and a graph of everything that the check looks at.
    private static byte[] Small() =>
    [
        .. Number(1, 10),
        .. Graph(
            Node("Conv", "", ["image", "weight"], "a"),
            Node("QLinearConv", "com.microsoft", ["a"], "b"),
            Node("If", "", ["b"], "c", GraphAttribute("then_branch", Node("If", "", ["b"], "c", GraphAttribute("else_branch", Node("Relu", "", ["b"], "c"))))),
            Node("Constant", "", [], "d", TensorAttribute("value", Integers("d", 1, 2, 3))),
            Initializer(Number(1, 4), Number(1, 3), Number(2, 1), Field(8, "weight"), Field(9, new byte[48]))),
        .. BuiltInMetadata.SelectMany(pair => Field(14, Field(1, pair.Key), Field(2, pair.Value))),
    ];

    private static Dictionary<string, string> BuiltInMetadata => OnnxMetadata.Read(BuiltInModel.Read(), BuiltInModel.Name);

    private static void Check(byte[] file)
    {
        OnnxCheck.Check(file, "m");
        ModelDescription.Read(file, "m");
    }
}
