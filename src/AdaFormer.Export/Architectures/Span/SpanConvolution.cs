using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Span;

/// <summary>
/// SPAN's convolution of 3×3: trained as 1×1, 3×3 and 1×1 one after the other beside a skip of 1×1, and run as the one convolution that they come to.
/// </summary>
/// <param name="Gain">How many times more channels the convolution has between its parts; 0 if the checkpoint has it merged already.</param>
internal readonly record struct SpanConvolution(int Gain)
{
    public const string Merged = "eval_conv";
    private const string Skip = "sk";
    private const int Taps = 9;

    /// <summary>The form of the convolution with a name in a checkpoint.</summary>
    public static SpanConvolution Of(Checkpoint checkpoint, string name) => checkpoint.Has($"{name}.{Skip}.weight", $"{name}.conv.0.weight")
        ? new SpanConvolution(checkpoint.Extent($"{name}.conv.0.weight", 0) / checkpoint.Extent($"{name}.conv.0.weight", 1))
        : default;

    public void AddShapes(LayerShapes shapes, string name, int inputs, int outputs)
    {
        if (Gain == 0)
        {
            shapes.Convolution($"{name}.{Merged}", inputs, outputs, 3);
            return;
        }

        shapes.Convolution($"{name}.{Skip}", inputs, outputs, 1);
        shapes.Convolution($"{name}.conv.0", inputs, inputs * Gain, 1);
        shapes.Convolution($"{name}.conv.1", inputs * Gain, outputs * Gain, 3);
        shapes.Convolution($"{name}.conv.2", outputs * Gain, outputs, 1);
    }

    public Value Build(GraphBuilder graph, WeightSet weights, string name, Value x)
    {
        if (Gain == 0)
            return weights.Convolution(graph, $"{name}.{Merged}", x);
        var (kernel, bias) = Merge(weights, name);
        return graph.Node(
            "Conv",
            [x, graph.OwnWeight($"{name}.{Merged}.weight", [bias.Length, kernel.Length / Taps / bias.Length, 3, 3], kernel), graph.OwnWeight($"{name}.{Merged}.bias", [bias.Length], bias)],
            Attributes.Ints("pads", 1, 1, 1, 1));
    }

    private static (float[] Kernel, float[] Bias) Merge(WeightSet weights, string name)
    {
        float[] widen = weights[$"{name}.conv.0.weight"], middle = weights[$"{name}.conv.1.weight"], narrow = weights[$"{name}.conv.2.weight"], skip = weights[$"{name}.{Skip}.weight"];
        float[] widenBias = weights[$"{name}.conv.0.bias"], middleBias = weights[$"{name}.conv.1.bias"], bias = weights[$"{name}.conv.2.bias"], skipBias = weights[$"{name}.{Skip}.bias"];
        int outputs = bias.Length, inputs = skip.Length / outputs, before = widenBias.Length, after = middleBias.Length;
        var kernel = new double[outputs * inputs * Taps];
        var shift = new double[outputs];
        // What the middle convolution and the one before it come to, for one of its outputs at a time.
        var inner = new double[inputs * Taps];
        for (var hidden = 0; hidden < after; hidden++)
        {
            Array.Clear(inner);
            double innerBias = middleBias[hidden];
            for (var wide = 0; wide < before; wide++)
            {
                for (var tap = 0; tap < Taps; tap++)
                {
                    double factor = middle[(((hidden * before) + wide) * Taps) + tap];
                    innerBias += factor * widenBias[wide];
                    for (var input = 0; input < inputs; input++)
                        inner[(input * Taps) + tap] += factor * widen[(wide * inputs) + input];
                }
            }

            for (var output = 0; output < outputs; output++)
            {
                double factor = narrow[(output * after) + hidden];
                shift[output] += factor * innerBias;
                for (var index = 0; index < inner.Length; index++)
                    kernel[(output * inner.Length) + index] += factor * inner[index];
            }
        }

        for (var index = 0; index < skip.Length; index++)
            kernel[(index * Taps) + (Taps / 2)] += skip[index];
        return ([.. kernel.Select(value => (float)value)], [.. shift.Select((value, output) => (float)(value + bias[output] + skipBias[output]))]);
    }
}
