using System.Globalization;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Benchmarks;

/// <summary>
/// A chain of residual blocks x + conv2(ReLU(conv1(x))) between two convolutions in FP32, the blocks in several forms: processor time of one
/// thread, forms interleaved, the fastest of several rounds.
/// </summary>
internal static class Int8BlocksBenchmark
{
    private const int Blocks = 4;
    private const int Rounds = 8;
    private static readonly AffineQuantization Signed = new(0.02f, 128);
    private static readonly AffineQuantization Positive = new(0.02f, 0);

    public static int Run(string[] args)
    {
        var (channels, side) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var kernels = Enumerable.Range(0, 2 * Blocks).Select(seed => Kernel(channels, seed)).ToArray();
        (string Name, byte[] Model)[] forms =
        [
            ("no blocks", Model(channels, false, (_, x, _) => x, 0)),
            ("FP32", Model(channels, false, (g, x, i) => g.Add(x, Float(g, g.Relu(Float(g, x, $"{i}.1", channels)), $"{i}.2", channels)))),
            ("INT8 by QDQ, float trunk", Model(channels, false, (g, x, i) => g.Add(x, Fused(g, Round(g, x, Signed), i)))),
            ("INT8 by QDQ, INT8 trunk", Model(channels, false, (g, x, i) => Round(g, g.Add(x, Fused(g, i == 0 ? Round(g, x, Signed) : x, i)), Signed))),
            ("INT8, channels last, float trunk", Model(channels, true, (g, x, i) => g.Add(x, Explicit(g, x, i)))),
        ];
        var sessions = forms.Select(form => new InferenceSession(form.Model, new SessionOptions { IntraOpNumThreads = 1, EnableMemoryPattern = false })).ToArray();
        var random = new Random(1);
        using var value = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, channels * side * side).Select(_ => random.NextSingle() - 0.5f)], [1, channels, side, side]);
        var inputs = new Dictionary<string, OrtValue> { ["x"] = value };
        var times = sessions.Select(_ => double.PositiveInfinity).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < sessions.Length; index++)
                times[index] = Math.Min(times[index], Int8ModelBenchmark.Measure(sessions[index], inputs));
        }

        Console.WriteLine("| blocks | chain, ms | blocks alone, ms | times as fast |");
        Console.WriteLine("|---|---:|---:|---:|");
        for (var index = 1; index < times.Length; index++)
            Console.WriteLine($"| {forms[index].Name} | {times[index]:F1} | {times[index] - times[0]:F1} | {(times[1] - times[0]) / (times[index] - times[0]):F2} |");
        return 0;

        Value Fused(GraphBuilder g, Value x, int i) =>
            Round(g, Dequantized(g, Round(g, g.Relu(Dequantized(g, x, 2 * i)), Positive), (2 * i) + 1), Signed);

        Value Dequantized(GraphBuilder g, Value x, int kernel)
        {
            var (name, own) = ($"k{kernel}", kernels[kernel]);
            var weight = g.Node("DequantizeLinear", [g.Weight<sbyte>(name, DataType.Int8, own.Shape, own.Values), g.Weight(name + ".s", [channels], own.Scales)], Attributes.Int("axis", 0));
            var scales = g.Weight(name + ".bs", [channels], [.. own.Scales.Select(scale => scale * Signed.Scale)]);
            var bias = g.Node("DequantizeLinear", [g.Weight<int>(name + ".b", DataType.Int32, [channels], own.Bias), scales], Attributes.Int("axis", 0));
            return g.Node("Conv", [x, weight, bias], Attributes.Ints("pads", 1, 1, 1, 1));
        }

        Value Explicit(GraphBuilder g, Value x, int i)
        {
            var inner = g.QLinearConvolution($"{i}.1", g.QuantizeLinear(x, Signed), Signed, kernels[2 * i], Positive);
            return g.DequantizeLinear(g.QLinearConvolution($"{i}.2", inner, Positive, kernels[(2 * i) + 1], Signed), Signed);
        }
    }

    private static byte[] Model(int channels, bool channelsLast, Func<GraphBuilder, Value, int, Value> block, int blocks = Blocks)
    {
        var graph = new GraphBuilder("chain");
        var x = Float(graph, graph.Input("x", DataType.Float, "N", channels, "H", "W"), "head", channels);
        x = channelsLast ? graph.Transpose(x, 0, 2, 3, 1) : x;
        for (var index = 0; index < blocks; index++)
            x = block(graph, x, index);
        x = channelsLast ? graph.Transpose(x, 0, 3, 1, 2) : x;
        graph.Output(graph.Rename(Float(graph, x, "tail", channels), "y"), DataType.Float, "N", channels, "H", "W");
        var model = new ModelProto { IrVersion = 10, Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 23 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = QuantizedOperators.Domain, Version = 1 });
        return model.ToByteArray();
    }

    private static Value Float(GraphBuilder graph, Value x, string name, int channels) => graph.Node(
        "Conv",
        [x, graph.Weight(name + ".w", [channels, channels, 3, 3], Random(channels * channels * 9, 1)), graph.Weight(name + ".b", [channels], Random(channels, 2))],
        Attributes.Ints("pads", 1, 1, 1, 1));

    private static Value Round(GraphBuilder graph, Value x, AffineQuantization to) => graph.DequantizeLinear(graph.QuantizeLinear(x, to), to);

    private static QuantizedKernel Kernel(int channels, int seed) =>
        QuantizedKernel.Of(new WeightTensor([channels, channels, 3, 3], Random(channels * channels * 9, seed)), Random(channels, seed), Signed.Scale);

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 12)];
    }
}
