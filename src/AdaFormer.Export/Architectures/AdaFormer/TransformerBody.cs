using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// The transformer blocks with token halting (Eq. 5–7, 18–24). Tokens stay in window layout. The halting score only increases, so a block
/// without live tokens ends the work: its <c>If</c> passes the tokens on, and neither the block nor the estimator is computed.
/// </summary>
internal sealed class TransformerBody(AdaFormerConfiguration configuration, WeightSet weights, WindowGrid grid)
{
    /// <summary>Adds all blocks; returns the tokens (tokens, D) and the halting depth (tokens).</summary>
    public (Value Tokens, Value Depth) Build(GraphBuilder graph, Value tokens, Value threshold)
    {
        var single = graph.Single;
        var none = single.Filled(single.Size(tokens, 0), single.Scalar(0f));
        var (score, depth) = (none, none);
        for (var index = 0; index < configuration.Blocks; index++)
        {
            var block = new TransformerBlock(configuration, weights, grid, index);
            var keep = KeepMasks(single, score, threshold);
            depth = single.Add(depth, single.Where(keep.Live, single.Scalar(1f), single.Scalar(0f)));
            var last = index == configuration.Blocks - 1;
            var (before, scoreBefore, first) = (tokens, score, index == 0);
            var after = graph.If(
                keep.Any,
                branch =>
                {
                    var updated = first
                        ? block.Dense(branch, before)
                        : branch.If(keep.All, whole => [block.Dense(whole, before)], part => [block.Compacted(part, before, keep)])[0];
                    return last ? [updated] : [updated, branch.Add(scoreBefore, Confidence(branch, updated))];
                },
                _ => last ? [before] : [before, scoreBefore]);
            tokens = after[0];
            score = last ? score : after[1];
        }

        return (tokens, depth);
    }

    /// <summary>Window mask (Eq. 19), token mask (Eq. 22) and their union, from the halting score (tokens).</summary>
    private Keep KeepMasks(GraphBuilder graph, Value score, Value threshold)
    {
        var windowScore = graph.ReduceMean(graph.Reshape(score, -1, grid.Area), 1);
        var windows = graph.Less(windowScore, threshold);
        var tokens = graph.Less(score, threshold);
        var (byWindow, byToken) = (graph.Reshape(windows, -1, 1), graph.Reshape(tokens, -1, grid.Area));
        var live = graph.Node("Or", [byWindow, byToken]);
        var strays = graph.Node("And", [graph.Node("Not", [byWindow]), byToken]);
        return new Keep(
            windows,
            tokens,
            graph.Reshape(strays, -1),
            graph.Reshape(live, -1),
            Most(live, "ReduceMax"),
            Most(graph.Node("And", [byWindow, byToken]), "ReduceMin"));

        Value Most(Value mask, string reduction) => graph.Greater(
            graph.Node(reduction, [graph.Cast(mask, DataType.Float), graph.Integers(0, 1)], Attributes.Int("keepdims", 0)), graph.Scalar(0f));
    }

    /// <summary>The confidence estimator (Eq. 15, 18): (tokens, D) → the increase of the halting score (tokens).</summary>
    private Value Confidence(GraphBuilder graph, Value tokens)
    {
        var image = grid.ToImage(graph, tokens, configuration.Embed);
        var hidden = graph.Node("Tanh", [weights.Convolution(graph, "body.confidence.conv1", image)]);
        var confidence = graph.Sigmoid(graph.ToSingle(weights.Convolution(graph, "body.confidence.conv2", hidden)));
        return graph.Reshape(grid.ToTokens(graph, confidence, 1), -1);
    }
}
