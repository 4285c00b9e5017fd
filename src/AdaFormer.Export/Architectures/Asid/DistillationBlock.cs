using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Asid;

/// <summary>
/// Three stages of a convolutional block and of local and global self-attention, each of which sets a quarter of the channels aside for the end
/// (information distillation); then channel attention and spatial attention.
/// </summary>
internal sealed class DistillationBlock(WeightSet weights, string block, string layers, int channels)
{
    private readonly int _quarter = channels / 4;

    /// <summary>The image's features (N, C, H, W), the same shape, and the attention weights of each stage, which later blocks reuse.</summary>
    public (Value Image, IReadOnlyList<Value> Attention) Build(GraphBuilder graph, PixelGroups groups, Value image, IReadOnlyList<Value>? given)
    {
        var attention = new List<Value>();
        var (first, x) = Stage(1, image, channels);
        var (firstKept, rest) = Split(weights.Convolution(graph, $"{layers}.pw1", graph.Concat(1, x, first)), channels);
        (var second, x) = Stage(2, rest, 3 * _quarter);
        (var secondKept, rest) = Split(weights.Convolution(graph, $"{layers}.pw2", graph.Concat(1, x, second)), 3 * _quarter);
        (var third, x) = Stage(3, rest, 2 * _quarter);
        x = weights.Convolution(graph, $"{layers}.pw3", graph.Concat(1, firstKept, secondKept, x, third));
        x = BetweenChannels(x, 1, Reach.Local);
        x = BetweenChannels(x, 2, Reach.Global);
        x = graph.Add(weights.Convolution(graph, $"{block}.res_end", x), image);
        x = SpatialAttention.Build(
            graph, weights, $"{block}.esa", x,
            halve: reduced => weights.Convolution(graph, $"{block}.esa.conv2", reduced, stride: 2, padding: 0),
            refine: pooled => weights.Convolution(graph, $"{block}.esa.conv3", pooled));
        return (x, attention);

        (Value Aside, Value Others) Stage(int number, Value features, int width)
        {
            var (aside, remaining) = Split(LocalBlock.Build(graph, weights, $"{layers}.LB{number}", features, width), width);
            foreach (var (reach, kind) in new[] { (Reach.Local, "SLA"), (Reach.Global, "SGA") })
            {
                var name = $"{layers}.{kind}{number}";
                var shared = new SharedAttention(weights, name, width - _quarter, reach);
                (remaining, var computed) = shared.Build(graph, groups, remaining, given?[attention.Count]);
                attention.Add(computed);
                remaining = GatedFeedForward.Build(graph, weights, $"{name}.gfn", $"{name}.cnorm", remaining, width - _quarter);
            }

            return (aside, remaining);
        }

        (Value Aside, Value Others) Split(Value features, int width)
        {
            var parts = graph.Nodes("Split", 2, [features, graph.Integers(_quarter, width - _quarter)], Attributes.Int("axis", 1));
            return (parts[0], parts[1]);
        }

        Value BetweenChannels(Value features, int number, Reach reach)
        {
            var name = $"{layers}.BlockC";
            var update = new ChannelAttention(weights, $"{name}.cttn{number}", $"{name}.canorm{number}", channels, reach).Build(graph, groups, features);
            return GatedFeedForward.Build(graph, weights, $"{name}.gfn{number}", $"{name}.cnorm{number}", graph.Add(update, features), channels);
        }
    }
}
