using AdaFormer.Export.Onnx;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>Models that do something else than enlarging a picture are refused by what they are.</summary>
[TestClass]
public class ForeignRefusalTests
{
    [TestMethod]
    public void TwoPictures()
    {
        var graph = new GraphBuilder("two");
        var (a, b) = (graph.Input("first", DataType.Float, "n", 3, "h", "w"), graph.Input("second", DataType.Float, "n", 3, "h", "w"));
        Finish(graph, graph.Nearest(graph.Add(a, b), 2));

        AssertRefused(graph, "takes 2 inputs ('first': Float [n, 3, h, w], 'second': Float [n, 3, h, w])");
    }

    [TestMethod]
    public void Text()
    {
        var graph = new GraphBuilder("text");
        Finish(graph, graph.Node("Identity", [graph.Input("prompt", (DataType)8, "n", 3, "h", "w")]), (DataType)8);

        AssertRefused(graph, "'prompt' is text");
    }

    [TestMethod]
    public void WholeNumbers()
    {
        var graph = new GraphBuilder("tokens");
        Finish(graph, graph.Node("Identity", [graph.Input("ids", DataType.Int64, "n", 3, "h", "w")]), DataType.Int64);

        AssertRefused(graph, "'ids' has values of type Int64");
    }

    [TestMethod]
    public void RankThree()
    {
        var graph = new GraphBuilder("sequence");
        Finish(graph, graph.Relu(graph.Input("x", DataType.Float, 3, "h", "w")));

        AssertRefused(graph, "the shape [3, h, w], rank 3");
    }

    [TestMethod]
    public void SeveralFrames() => AssertRefused(new ForeignGraph { Channels = 15 }.Bytes(), "15 channels");

    [TestMethod]
    public void ASmallerPicture()
    {
        var graph = new GraphBuilder("smaller");
        Finish(graph, graph.Node("AveragePool", [graph.Input("x", DataType.Float, "n", 3, "h", "w")], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2)));

        AssertRefused(graph, "is no larger picture");
    }

    [TestMethod]
    public void AClass()
    {
        var graph = new GraphBuilder("class");
        var mean = graph.Node("GlobalAveragePool", [graph.Input("x", DataType.Float, "n", 3, "h", "w")]);
        Finish(graph, graph.Reshape(mean, 1, 3));

        AssertRefused(graph, "it makes [1, 3], which is no larger picture");
    }

    [TestMethod]
    public void OtherChannels()
    {
        var graph = new GraphBuilder("depth");
        Finish(graph, graph.Node("ReduceMean", [graph.Input("x", DataType.Float, "n", 3, "h", "w"), graph.Integers(1)]));

        AssertRefused(graph, "of 3 channels of 97×29 pixels it makes [1, 1, 29, 97]");
    }

    [TestMethod]
    public void NothingAtAll()
    {
        var graph = new GraphBuilder("nothing");
        var x = graph.Input("x", DataType.Float, "n", 3, "h", "w");
        Finish(graph, graph.Node("Slice", [x, graph.Integers(0), graph.Integers(0), graph.Integers(3)]));

        AssertRefused(graph, "it makes [1, 3, 29, 0]");
    }

    [TestMethod]
    public void NineTimes() => AssertRefused(new ForeignGraph { Scale = 9 }.Bytes(), "[1, 3, 261, 873]");

    [TestMethod]
    public void HalfAsLargeAgain()
    {
        var graph = new GraphBuilder("half");
        var x = graph.Input("x", DataType.Float, "n", 3, "h", "w");
        Finish(graph, graph.Node("Resize", [x, Value.None, graph.Weight("scales", [4], [1, 1, 1.5f, 1.5f])]));

        AssertRefused(graph, "of 97×29 pixels it makes [1, 3, 43, 145]");
    }

    [TestMethod]
    public void OneThatNeverWorks()
    {
        var graph = new GraphBuilder("broken");
        var x = graph.Input("x", DataType.Float, "n", 3, "h", "w");
        Finish(graph, graph.Reshape(x, 7, 7));

        AssertRefused(graph, "fails on every size that was tried");
    }

    /// <summary>R12: what the exports of the families that people share consist of passes the check.</summary>
    [TestMethod]
    [DataRow("ESRGAN", "Conv LeakyRelu Concat Mul Add Resize Constant")]
    [DataRow("SRVGGNetCompact", "Conv PRelu DepthToSpace Resize Add Identity")]
    [DataRow("SPAN", "Conv Sigmoid Sub Mul Concat DepthToSpace HardSwish HardSigmoid")]
    [DataRow("SwinIR, HAT, DAT", "LayerNormalization MatMul Softmax Erf Gather Slice Reshape Transpose Pad Mod Expand Where Unsqueeze Squeeze Shape Range ScatterND Equal ConstantOfShape Div Sqrt ReduceMean Pow BatchNormalization Split Tile Cast Clip Not And Less Floor Ceil")]
    [DataRow("PLKSR, RealPLKSR", "InstanceNormalization GroupNormalization Mish Split GridSample Sigmoid")]
    [DataRow("OmniSR", "Einsum ReduceL2 GlobalAveragePool Relu Sigmoid SpaceToDepth")]
    [DataRow("ATD", "TopK GatherElements ScatterElements CumSum OneHot ArgMax")]
    [DataRow("older exporters", "ConvTranspose Upsample InstanceNormalization Tanh Elu AveragePool MaxPool ReduceSum Gemm Flatten Col2Im")]
    public void R12_OperatorsOfTheFamiliesPass(string family, string operators)
    {
        foreach (var name in operators.Split(' '))
            Assert.IsTrue(OnnxOperators.Contains("", name), $"{family}: {name}");
    }

    private static void Finish(GraphBuilder graph, Value result, DataType type = DataType.Float) => graph.Output(graph.Rename(result, "result"), type);

    private static void AssertRefused(GraphBuilder graph, string why)
    {
        graph.Graph.Output[0].Type.TensorType.Shape = null;
        AssertRefused(ForeignGraph.Bytes(graph), why);
    }

    private static void AssertRefused(byte[] model, string why)
    {
        var message = Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(model)).Message;
        Assert.Contains("is not a model that enlarges pictures", message);
        Assert.Contains(why, message);
        Assert.Contains("Expected one picture in", message);
    }
}
