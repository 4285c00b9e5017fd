using System.Globalization;
using AdaFormer.Export.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Benchmarks;

/// <summary>
/// Residual blocks x + conv2(ReLU(conv1(x))) in the float graph's form and in quantized ones: processor time of one thread, all forms
/// interleaved, the fastest of several rounds, beside the first.
/// </summary>
internal static class Int8Benchmark
{
    private const int Blocks = 4;
    private const int Rounds = 8;
    private static readonly Random Random = new(1);

    public static int Run(string[] args)
    {
        var channels = int.Parse(args[0], CultureInfo.InvariantCulture);
        var side = int.Parse(args[1], CultureInfo.InvariantCulture);
        var forms = new (string Name, Func<GraphBuilder, Value, int, Value> Block, bool ChannelsLast)[]
        {
            ("FP32", (g, x, i) => Float(g, x, i, channels), false),
            ("QDQ, quantized trunk", (g, x, i) => QdqTrunk(g, x, i, channels), false),
            ("QDQ, float trunk", (g, x, i) => QdqFloat(g, x, i, channels), false),
            ("QDQ, no skip", (g, x, i) => QdqNoSkip(g, x, i, channels), false),
            ("NHWC QLinearConv, float trunk", (g, x, i) => Nhwc(g, x, i, channels, true), true),
            ("NHWC QLinearConv, quantized trunk", (g, x, i) => NhwcQuantized(g, x, i, channels), true),
            ("NHWC QLinearConv, no skip", (g, x, i) => NhwcNoSkip(g, x, i, channels), true),
        };
        var image = Enumerable.Range(0, channels * side * side).Select(_ => Random.NextSingle() - 0.5f).ToArray();
        using var value = OrtValue.CreateTensorValueFromMemory(image, [1, channels, side, side]);
        var inputs = new Dictionary<string, OrtValue> { ["x"] = value };
        var sessions = forms.Select(form => new InferenceSession(Model(form.Block, form.ChannelsLast, channels), Options())).ToArray();
        var times = sessions.Select(_ => double.PositiveInfinity).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < sessions.Length; index++)
            {
                using var run = new RunOptions();
                var before = Environment.CpuUsage.TotalTime;
                sessions[index].Run(run, inputs, ["y"]).Dispose();
                times[index] = Math.Min(times[index], (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
            }
        }

        for (var index = 0; index < sessions.Length; index++)
        {
            Console.WriteLine($"{forms[index].Name,-36} {times[index],8:F1} ms  {times[0] / times[index]:F2}x");
            var profile = OperatorProfile.Of(Model(forms[index].Block, forms[index].ChannelsLast, channels), 1, inputs, 3);
            Console.WriteLine("      " + string.Join(", ", profile.Take(7).Select(p => $"{p.Operator} {p.Milliseconds:F1}")));
        }

        return 0;
    }

    private static SessionOptions Options() => new() { IntraOpNumThreads = 1, EnableMemoryPattern = false, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

    private static byte[] Model(Func<GraphBuilder, Value, int, Value> block, bool channelsLast, int channels)
    {
        var graph = new GraphBuilder("chain");
        var x = graph.Input("x", DataType.Float, "N", channels, "H", "W");
        x = Conv(graph, x, "head", channels);
        if (channelsLast)
            x = graph.Node("Transpose", [x], Attributes.Ints("perm", 0, 2, 3, 1));
        for (var index = 0; index < Blocks; index++)
            x = block(graph, x, index);
        if (channelsLast)
            x = graph.Node("Transpose", [x], Attributes.Ints("perm", 0, 3, 1, 2));
        x = Conv(graph, x, "tail", channels);
        graph.Output(graph.Rename(x, "y"), DataType.Float, "N", channels, "H", "W");
        var model = new ModelProto { IrVersion = 10, Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 21 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        return model.ToByteArray();
    }

    private static Value Conv(GraphBuilder g, Value x, string name, int c) => g.Node(
        "Conv", [x, g.Weight(name + ".w", [c, c, 3, 3], Values(c * c * 9)), g.Weight(name + ".b", [c], Values(c))], Attributes.Ints("pads", 1, 1, 1, 1));

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (Random.NextSingle() - 0.5f) / 12)];

    private static Value Float(GraphBuilder g, Value x, int i, int c) =>
        g.Add(x, Conv(g, g.Relu(Conv(g, x, $"{i}.1", c)), $"{i}.2", c));

    private static Value Scale(GraphBuilder g, float s = 0.02f) => g.Scalar(s);

    private static Value Zero(GraphBuilder g, byte z) => g.Weight<byte>($"zero{z}", DataType.Uint8, [], [z]);

    private static Value Q(GraphBuilder g, Value x, byte z) => g.Node("QuantizeLinear", [x, Scale(g), Zero(g, z)]);

    private static Value D(GraphBuilder g, Value x, byte z) => g.Node("DequantizeLinear", [x, Scale(g), Zero(g, z)]);

    private static (Value W, Value S, Value Z, Value B) Weights(GraphBuilder g, string name, int c) => (
        g.Weight<sbyte>(name + ".qw", DataType.Int8, [c, c, 3, 3], [.. Enumerable.Range(0, c * c * 9).Select(_ => (sbyte)Random.Next(-127, 128))]),
        g.Weight(name + ".qs", [c], [.. Enumerable.Repeat(0.0004f, c)]),
        g.Weight<sbyte>(name + ".qz", DataType.Int8, [c], new sbyte[c]),
        g.Weight<int>(name + ".qb", DataType.Int32, [c], [.. Enumerable.Range(0, c)]));

    private static Value QdqConv(GraphBuilder g, Value x, string name, int c)
    {
        var (w, s, _, b) = Weights(g, name, c);
        var bias = g.Weight(name + ".qbs", [c], [.. Enumerable.Repeat(0.0004f * 0.02f, c)]);
        return g.Node("Conv", [x, g.Node("DequantizeLinear", [w, s], Attributes.Int("axis", 0)), g.Node("DequantizeLinear", [b, bias], Attributes.Int("axis", 0))], Attributes.Ints("pads", 1, 1, 1, 1));
    }

    private static Value Inner(GraphBuilder g, Value x, int i, int c)
    {
        var hidden = D(g, Q(g, g.Relu(QdqConv(g, x, $"{i}.1", c)), 0), 0);
        return D(g, Q(g, QdqConv(g, hidden, $"{i}.2", c), 128), 128);
    }

    private static Value QdqTrunk(GraphBuilder g, Value x, int i, int c)
    {
        if (i == 0)
            x = D(g, Q(g, x, 128), 128);
        return D(g, Q(g, g.Add(x, Inner(g, x, i, c)), 128), 128);
    }

    private static Value QdqFloat(GraphBuilder g, Value x, int i, int c) => g.Add(x, Inner(g, D(g, Q(g, x, 128), 128), i, c));

    private static Value QdqNoSkip(GraphBuilder g, Value x, int i, int c) => Inner(g, i == 0 ? D(g, Q(g, x, 128), 128) : x, i, c);

    private static Value QConv(GraphBuilder g, Value x, byte zx, string name, byte zy, int c)
    {
        var (w, s, z, b) = Weights(g, name, c);
        var node = g.Node("QLinearConv", [x, Scale(g), Zero(g, zx), w, s, z, Scale(g), Zero(g, zy), b], Attributes.Ints("pads", 1, 1, 1, 1), Attributes.Int("channels_last", 1));
        g.Graph.Node[^1].Domain = "com.microsoft";
        return node;
    }

    private static Value Nhwc(GraphBuilder g, Value x, int i, int c, bool _) =>
        g.Add(x, D(g, QConv(g, QConv(g, Q(g, x, 128), 128, $"{i}.1", 0, c), 0, $"{i}.2", 128, c), 128));

    private static Value NhwcQuantized(GraphBuilder g, Value x, int i, int c)
    {
        if (i == 0)
            x = Q(g, x, 128);
        var y = QConv(g, QConv(g, x, 128, $"{i}.1", 0, c), 0, $"{i}.2", 128, c);
        y = g.Node("QLinearAdd", [x, Scale(g), Zero(g, 128), y, Scale(g), Zero(g, 128), Scale(g), Zero(g, 128)]);
        g.Graph.Node[^1].Domain = "com.microsoft";
        return i == Blocks - 1 ? D(g, y, 128) : y;
    }

    private static Value NhwcNoSkip(GraphBuilder g, Value x, int i, int c)
    {
        if (i == 0)
            x = Q(g, x, 128);
        x = QConv(g, QConv(g, x, 128, $"{i}.1", 0, c), 0, $"{i}.2", 128, c);
        return i == Blocks - 1 ? D(g, x, 128) : x;
    }
}
