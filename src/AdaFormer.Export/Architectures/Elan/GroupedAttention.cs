using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Elan;

/// <summary>
/// Attention of a block's layers, with a third of the channels in windows of each size and keys equal to queries. All layers share the first one's
/// scores. Windows that contain opposite edges of a rolled image are not masked.
/// </summary>
internal sealed class GroupedAttention(WeightSet weights, RolledWindows[] windows, Value height, Value width, int channels)
{
    private readonly Value[] _attention = new Value[windows.Length];
    private readonly int _third = channels / windows.Length;
    private bool _hasAttention;

    /// <summary>(N, C, H, W) → its update, the same shape.</summary>
    public Value Build(GraphBuilder graph, string name, Value x)
    {
        var tokens = graph.ToTokens(x, channels);
        var (weight, bias) = FoldedBatchNorm($"{name}.project_inp");
        var updates = new Value[windows.Length];
        for (var group = 0; group < windows.Length; group++)
        {
            var part = _hasAttention ? group : 2 * group; // the first layer projects queries, then values, of each group
            if (!_hasAttention)
            {
                var queries = Project(part++, group);
                _attention[group] = graph.Softmax(graph.MatMul(queries, graph.Transpose(queries, 0, 2, 1)));
            }

            var mixed = graph.MatMul(_attention[group], Project(part, group));
            updates[group] = graph.Ordered(graph.Reshape(mixed, graph.Shape(graph.Size(tokens, 0), graph.Integers(-1, _third))), windows[group].ToImage);
        }

        _hasAttention = true;
        return graph.ToImage(weights.TokenLinear(graph, $"{name}.project_out", graph.Concat(-1, updates)), channels, height, width);

        // A third of the channels, (windows, S², C/3).
        Value Project(int part, int group)
        {
            var matrix = WeightSet.Matrix(graph, $"{name}.project_inp.{part}", weight.AsSpan(part * _third * channels, _third * channels), _third);
            var rows = graph.Add(graph.MatMul(tokens, matrix), graph.Weight($"{name}.project_inp.{part}.bias", [_third], bias.AsSpan(part * _third, _third)));
            return graph.Reshape(graph.Ordered(rows, windows[group].FromImage), -1, windows[group].Area, _third);
        }
    }

    /// <summary>The 1×1 convolution <c>name.0</c> with the following batch norm <c>name.1</c> folded in.</summary>
    private (float[] Weight, float[] Bias) FoldedBatchNorm(string name)
    {
        var factors = weights[$"{name}.1.weight"].Zip(weights[$"{name}.1.running_var"], (gamma, variance) => gamma / MathF.Sqrt(variance + 1e-5f)).ToArray();
        var (mean, beta) = (weights[$"{name}.1.running_mean"], weights[$"{name}.1.bias"]);
        return (
            [.. weights[$"{name}.0.weight"].Select((value, index) => value * factors[index / channels])],
            [.. weights[$"{name}.0.bias"].Select((value, index) => ((value - mean[index]) * factors[index]) + beta[index])]);
    }
}

/// <summary>Permutations between an image's tokens and the window tokens of the image rolled by a shift.</summary>
internal sealed class RolledWindows
{
    public RolledWindows(GraphBuilder graph, Value height, Value width, int side, int shift)
    {
        Area = side * side;
        FromImage = TokenOrder.Windows(graph, TokenOrder.Rolled(graph, height, shift), TokenOrder.Rolled(graph, width, shift), width, side);
        ToImage = TokenOrder.Inverse(graph, FromImage);
    }

    /// <summary>Tokens per window.</summary>
    public int Area { get; }

    /// <summary>Image → windows.</summary>
    public Value FromImage { get; }

    /// <summary>Windows → image.</summary>
    public Value ToImage { get; }
}
