using System.Diagnostics;
using AdaFormer.Export.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Benchmarks;

/// <summary>What the machine does at best here: a 3×3 convolution of 64 to 64 channels in ONNX Runtime.</summary>
internal static class LargeConvolution
{
    private const int Side = 256;
    private const int Channels = 64;

    /// <returns>Multiply-adds a second, the fastest of ten runs.</returns>
    public static double MultiplyAddsPerSecond(int threads)
    {
        var graph = new GraphBuilder("convolution");
        var x = graph.Input("x", DataType.Float, 1, Channels, Side, Side);
        var weight = graph.Weight("weight", [Channels, Channels, 3, 3], new float[Channels * Channels * 9]);
        graph.Output(graph.Rename(graph.Node("Conv", [x, weight], Attributes.Ints("pads", 1, 1, 1, 1)), "y"), DataType.Float, 1, Channels, Side, Side);
        var model = new ModelProto { IrVersion = 10, Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 23 });

        using var options = new SessionOptions { IntraOpNumThreads = threads };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var image = OrtValue.CreateTensorValueFromMemory(new float[Channels * Side * Side], [1, Channels, Side, Side]);
        var inputs = new Dictionary<string, OrtValue> { ["x"] = image };
        using var run = new RunOptions();
        var fastest = double.PositiveInfinity;
        for (var round = 0; round < 10; round++)
        {
            var clock = Stopwatch.StartNew();
            session.Run(run, inputs, ["y"]).Dispose();
            fastest = Math.Min(fastest, clock.Elapsed.TotalSeconds);
        }

        return 9.0 * Channels * Channels * Side * Side / fastest;
    }
}
