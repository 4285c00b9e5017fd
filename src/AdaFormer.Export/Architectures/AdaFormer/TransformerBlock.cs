using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>One block (TSAB): X ← X + local + global, then X ← X + MLP, on all tokens or only on the live ones.</summary>
internal sealed class TransformerBlock
{
    private readonly AdaFormerConfiguration _configuration;
    private readonly WeightSet _weights;
    private readonly WindowGrid _grid;
    private readonly string _name;
    private readonly LocalAttention _local;
    private readonly GlobalAttention _global;

    public TransformerBlock(AdaFormerConfiguration configuration, WeightSet weights, WindowGrid grid, int index)
    {
        (_configuration, _weights, _grid, _name) = (configuration, weights, grid, $"body.blocks.{index}");
        _local = new LocalAttention(configuration, weights, $"{_name}.local", $"{_name}.norm1");
        _global = new GlobalAttention(configuration, weights, $"{_name}.global", $"{_name}.norm1");
    }

    /// <summary>The block with all tokens kept: (tokens, D) → (tokens, D).</summary>
    public Value Dense(GraphBuilder graph, Value tokens)
    {
        var normal = Normalize(graph, tokens);
        var local = _local.Build(graph, normal);
        var global = graph.Reshape(_global.Build(graph, PerImage(graph, normal), Value.None, _local.ValueBias(graph)), -1, _configuration.Embed);
        var sum = graph.Add(graph.Add(tokens, local), global);
        return WithMlp(graph, sum);
    }

    /// <summary>The block on the live tokens, gathered once (those of kept windows first) and scattered back; the others pass unchanged.</summary>
    public Value Compacted(GraphBuilder graph, Value tokens, Keep keep)
    {
        var windows = graph.NonZero(keep.Windows);
        var places = graph.Integers([.. Enumerable.Range(0, _grid.Area)]);
        var windowTokens = graph.Reshape(graph.Add(graph.Reshape(graph.Mul(windows, graph.Scalar(_grid.Area)), -1, 1), places), -1);
        var strays = graph.NonZero(keep.TokensOutsideKeptWindows);
        var live = graph.Concat(0, windowTokens, strays);

        var rows = graph.Gather(tokens, live);
        var normal = Normalize(graph, rows);
        var afterLocal = graph.If(
            Any(graph, windows), branch => [branch.Add(rows, Local(branch, normal, windowTokens, strays))], _ => [rows])[0];
        var kept = graph.NonZero(keep.Tokens);
        var sum = graph.If(
            Any(graph, kept), branch => [branch.Add(afterLocal, Global(branch, normal, live, kept, keep.Tokens))], _ => [afterLocal])[0];
        return graph.ScatterRows(tokens, live, WithMlp(graph, sum));
    }

    private static Value Any(GraphBuilder graph, Value indices) =>
        graph.Greater(graph.Reshape(graph.Size(indices, 0), graph.Integers()), graph.Scalar(0));

    /// <summary>The local branch for the rows of kept windows, which come first, and 0 for the others.</summary>
    private Value Local(GraphBuilder graph, Value normal, Value windowTokens, Value strays)
    {
        var local = graph.Add(_local.Build(graph, graph.Slice(normal, graph.Size(windowTokens, 0), 0)), _local.ValueBias(graph));
        var none = graph.Filled(graph.Shape(graph.Size(strays, 0), graph.Integers(_configuration.Embed)), graph.Scalar(0f));
        return graph.Concat(0, local, none);
    }

    /// <summary>The global branch for the live rows whose token it keeps, and 0 for the others.</summary>
    private Value Global(GraphBuilder graph, Value normal, Value live, Value kept, Value mask)
    {
        var slots = new ImageSlots(graph, kept, mask, _grid.Images);
        var numbers = graph.Node("Range", [graph.Scalar(0), graph.Reshape(graph.Size(live, 0), graph.Integers()), graph.Scalar(1)]);
        var rowOfToken = graph.Node("ScatterElements", [graph.Filled(graph.Size(mask, 0), graph.Scalar(0)), live, numbers]);
        var slotted = graph.Gather(normal, graph.Gather(rowOfToken, slots.Tokens));
        var updates = graph.Reshape(_global.Build(graph, PerImage(graph, slotted), slots.Mask, Value.None), -1, _configuration.Embed);
        var isKept = graph.Reshape(graph.Cast(graph.Gather(mask, live), graph.Real), -1, 1);
        return graph.Mul(graph.Gather(updates, graph.Gather(slots.OfTokens, live)), isKept);
    }

    private Value PerImage(GraphBuilder graph, Value rows) =>
        graph.Reshape(rows, graph.Shape(_grid.Images, graph.Integers(-1), graph.Integers(_configuration.Embed)));

    /// <summary>X + MLP(X), Eq. 14.</summary>
    private Value WithMlp(GraphBuilder graph, Value rows)
    {
        var (name, normal) = ($"{_name}.mlp", Normalize(graph, rows));
        var (weight, bias) = _weights.FoldedNorm($"{name}.fc1", $"{_name}.norm2");
        var matrix = WeightSet.Matrix(graph, $"{name}.fc1", weight, bias.Length);
        var hidden = graph.Add(graph.MatMul(graph.Node("Unsqueeze", [normal, graph.Integers(0)]), matrix), graph.Weight($"{name}.fc1.folded_bias", [bias.Length], bias));
        var result = graph.MatMul(graph.Node("Gelu", [hidden]), _weights.Matrix(graph, $"{name}.fc2"));
        return graph.Add(graph.Add(graph.Node("Squeeze", [result, graph.Integers(0)]), rows), _weights.In(graph, $"{name}.fc2.bias"));
    }

    /// <summary>
    /// Rows minus their mean, divided by their deviation. Uses instance normalisation with a row as a channel, because ONNX Runtime's layer
    /// normalisation is several times slower on short rows.
    /// </summary>
    private Value Normalize(GraphBuilder graph, Value rows)
    {
        var count = graph.Size(rows, 0);
        var normal = graph.Node(
            "InstanceNormalization",
            [graph.Node("Unsqueeze", [rows, graph.Integers(0)]), graph.Filled(count, graph.Scalar(1f)), graph.Filled(count, graph.Scalar(0f))],
            Attributes.Float("epsilon", 1e-5f));
        return graph.Node("Squeeze", [normal, graph.Integers(0)]);
    }
}
