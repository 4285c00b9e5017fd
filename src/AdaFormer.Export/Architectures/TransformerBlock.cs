using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>One block (TSAB): X ← X + local + global, then X ← X + MLP, on all tokens or on the kept ones alone.</summary>
internal sealed class TransformerBlock(AdaFormerConfiguration configuration, WeightSet weights, WindowGrid grid, int index)
{
    private readonly string _name = $"body.blocks.{index}";
    private readonly LocalAttention _local = new(configuration, weights, $"body.blocks.{index}.local");
    private readonly GlobalAttention _global = new(configuration, weights, $"body.blocks.{index}.global");

    /// <summary>The block where every token is kept: (tokens, D) → (tokens, D).</summary>
    public Value Dense(GraphBuilder graph, Value tokens)
    {
        var normal = weights.LayerNorm(graph, $"{_name}.norm1", tokens);
        var local = _local.Build(graph, normal);
        var perImage = graph.Reshape(normal, graph.Shape(grid.Images, graph.Integers(-1), graph.Integers(configuration.Embed)));
        var global = graph.Reshape(_global.Build(graph, perImage, Value.None), -1, configuration.Embed);
        var sum = graph.Add(graph.Add(tokens, local), global);
        return graph.Add(sum, Mlp(graph, sum));
    }

    /// <summary>The block on the kept windows and tokens, gathered and scattered back; the others pass unchanged.</summary>
    public Value Compacted(GraphBuilder graph, Value tokens, Keep keep)
    {
        var windows = graph.NonZero(keep.Windows);
        var afterLocal = graph.If(
            Any(graph, windows),
            branch => [WithLocal(branch, tokens, windows)],
            _ => [tokens])[0];
        var kept = graph.NonZero(keep.Tokens);
        var afterGlobal = graph.If(
            Any(graph, kept),
            branch => [WithGlobal(branch, tokens, afterLocal, kept, keep.Tokens)],
            _ => [afterLocal])[0];
        var live = graph.NonZero(keep.Live);
        var rows = graph.Gather(afterGlobal, live);
        return graph.ScatterRows(afterGlobal, live, graph.Add(rows, Mlp(graph, rows)));
    }

    private static Value Any(GraphBuilder graph, Value indices) =>
        graph.Greater(graph.Reshape(graph.Size(indices, 0), graph.Integers()), graph.Scalar(0));

    private Value WithLocal(GraphBuilder graph, Value tokens, Value windows)
    {
        var width = (long)grid.Area * configuration.Embed;
        var all = graph.Reshape(tokens, -1, width);
        var rows = graph.Reshape(graph.Gather(all, windows), -1, configuration.Embed);
        var local = _local.Build(graph, weights.LayerNorm(graph, $"{_name}.norm1", rows));
        var sum = graph.Reshape(graph.Add(rows, local), -1, width);
        return graph.Reshape(graph.ScatterRows(all, windows, sum), -1, configuration.Embed);
    }

    private Value WithGlobal(GraphBuilder graph, Value tokens, Value afterLocal, Value kept, Value mask)
    {
        var slots = new ImageSlots(graph, kept, mask, grid.Images);
        var rows = weights.LayerNorm(graph, $"{_name}.norm1", graph.Gather(tokens, slots.Tokens));
        var perImage = graph.Reshape(rows, graph.Shape(grid.Images, graph.Integers(-1), graph.Integers(configuration.Embed)));
        var global = graph.Reshape(_global.Build(graph, perImage, slots.Mask), -1, configuration.Embed);
        var sum = graph.Add(graph.Gather(afterLocal, kept), graph.Gather(global, slots.OfKept));
        return graph.ScatterRows(afterLocal, kept, sum);
    }

    /// <summary>Eq. 14.</summary>
    private Value Mlp(GraphBuilder graph, Value rows)
    {
        var normal = weights.LayerNorm(graph, $"{_name}.norm2", rows);
        return weights.Linear(graph, $"{_name}.mlp.fc2", graph.Node("Gelu", [weights.Linear(graph, $"{_name}.mlp.fc1", normal)]));
    }
}
