using AdaFormer.Export.Onnx;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>The files of `tests/fixtures/models` that are made here, for tests of the command, the evaluation and ML.NET.</summary>
[TestClass]
public class ForeignFixtures
{
    public static IEnumerable<object[]> Files()
    {
        yield return ["repair-x1", Smoothing()];
        yield return ["levels-x2", new ForeignGraph { Maximum = 255, OutputMaximum = 255 }.Bytes()];
        yield return ["unrelated-x2", new ForeignGraph { Unrelated = true }.Bytes()];
        yield return ["two-pictures", TwoPictures()];
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void AFileIsWhatItsGraphMakes(string name, byte[] bytes) => CollectionAssert.AreEqual(bytes, File.ReadAllBytes(TestData.Fixture("models", $"{name}.onnx")));

    // Keeps the size, and removes noise by a binomial filter of 3×3.
    private static byte[] Smoothing()
    {
        var graph = new GraphBuilder("smoothing");
        var x = graph.Input("noisy", DataType.Float, "batch", 3, "height", "width");
        var padded = graph.Node("Pad", [x, graph.Integers(0, 0, 1, 1, 0, 0, 1, 1)], Attributes.Text("mode", "edge"));
        var kernel = Enumerable.Repeat((float[])[1, 2, 1, 2, 4, 2, 1, 2, 1], 3).SelectMany(weights => weights.Select(weight => weight / 16)).ToArray();
        var smooth = graph.Node("Conv", [padded, graph.Weight("weight", [3, 1, 3, 3], kernel)], Attributes.Int("group", 3));
        graph.Output(graph.Rename(smooth, "clean"), DataType.Float, "batch", 3, "height", "width");
        return ForeignGraph.Bytes(graph);
    }

    private static byte[] TwoPictures()
    {
        var graph = new GraphBuilder("interpolation");
        var (before, after) = (graph.Input("before", DataType.Float, "n", 3, "h", "w"), graph.Input("after", DataType.Float, "n", 3, "h", "w"));
        graph.Output(graph.Rename(graph.Mul(graph.Add(before, after), graph.Scalar(0.5f)), "between"), DataType.Float, "n", 3, "h", "w");
        return ForeignGraph.Bytes(graph);
    }
}
