using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// The prototypes attend to the tokens of their image, then the tokens to the updated prototypes (Eq. 10–13).
/// <para>
/// With few prototypes it is cheaper to multiply the small matrices first: the prototypes' queries are constants, so q·kᵀ is one product of
/// the normalised tokens with a constant (D × hM), and the values are projected after they are averaged. The same holds in the other
/// direction, where keys and values come from M prototypes. Per token 4·D·h·M multiply-adds remain, and no transposed heads.
/// The keys' bias adds a constant to all scores of a prototype, which the softmax cancels. The layer norm's scale and shift are folded in.
/// </para>
/// </summary>
internal sealed class GlobalAttention(AdaFormerConfiguration configuration, WeightSet weights, string name, string norm)
{
    private readonly int _embed = configuration.Embed;
    private readonly int _heads = configuration.Heads;
    private readonly int _prototypes = configuration.Prototypes;
    private readonly int _width = configuration.Embed / configuration.Heads;
    private readonly float _scale = 1 / MathF.Sqrt((float)configuration.Embed / configuration.Heads);

    /// <summary>
    /// Tokens of mean 0 and variance 1 (N, n, D) → their update, the same shape. If given, <paramref name="mask"/> (N, 1, n) in FP32 is added to the
    /// prototypes' scores, and <paramref name="offset"/> (D) to every update: via the few values, whose weights sum to 1.
    /// </summary>
    public Value Build(GraphBuilder graph, Value tokens, Value mask, Value offset)
    {
        // The averages are computed in FP32: over n tokens their weights are about 1/n, for which FP16 has few digits left from n = 16,384 on.
        var scores = graph.ToSingle(graph.MatMul(PrototypeScores(graph), graph.Transpose(tokens, 0, 2, 1))); // (N, hM, n)
        var shares = graph.Softmax(mask == Value.None ? scores : graph.Add(scores, mask));
        var averages = graph.FromSingle(graph.MatMul(shares, graph.ToSingle(tokens))); // (N, hM, D)
        var (keys, values) = UpdatedPrototypes(graph, averages); // (N, h, M, d) each
        if (offset != Value.None)
            values = graph.Add(values, graph.Reshape(offset, _heads, 1, _width));

        var keyWeight = graph.MatMul(keys, TokenQueryWeight(graph)); // (N, h, M, D)
        var keyBias = graph.MatMul(keys, TokenQueryBias(graph)); // (N, h, M, 1)
        var tokenScores = graph.MatMul(tokens, graph.Transpose(graph.Reshape(keyWeight, 0, -1, _embed), 0, 2, 1)); // (N, n, hM)
        tokenScores = graph.Add(tokenScores, graph.Reshape(keyBias, 0, 1, -1));
        var attention = graph.Softmax(graph.Reshape(tokenScores, 0, -1, _heads, _prototypes)); // (N, n, h, M)
        return graph.MatMul(graph.Reshape(attention, 0, -1, _heads * _prototypes), PerHead(graph, values)); // (N, n, D)
    }

    /// <summary>Prototype queries times the tokens' key projection, scaled: constant (hM, D).</summary>
    private Value PrototypeScores(GraphBuilder graph)
    {
        var prototypes = weights[$"{name}.prototypes"];
        var (queryWeight, queryBias) = (weights[$"{name}.prototype_query.weight"], weights[$"{name}.prototype_query.bias"]);
        var keyWeight = weights.FoldedNorm($"{name}.token_kv", norm).Weight;
        var scores = new float[_heads * _prototypes * _embed];
        for (var row = 0; row < _heads * _prototypes; row++)
        {
            var (head, prototype) = (row / _prototypes, row % _prototypes);
            for (var channel = head * _width; channel < (head + 1) * _width; channel++)
            {
                var query = (double)queryBias[channel];
                for (var input = 0; input < _embed; input++)
                    query += (double)queryWeight[(channel * _embed) + input] * prototypes[(prototype * _embed) + input];
                for (var input = 0; input < _embed; input++)
                    scores[(row * _embed) + input] += (float)(query * _scale * keyWeight[(channel * _embed) + input]);
            }
        }

        return graph.Weight($"{name}.prototype_scores", [_heads * _prototypes, _embed], scores);
    }

    /// <summary>Projects each head's averages of the tokens to its values, and these to the prototypes' keys and values.</summary>
    private (Value Keys, Value Values) UpdatedPrototypes(GraphBuilder graph, Value averages)
    {
        var (weight, bias) = weights.FoldedNorm($"{name}.token_kv", norm);
        var valueWeight = graph.Weight($"{name}.token_value.weight", [_heads, _width, _embed], weight.AsSpan(_embed * _embed));
        var valueBias = graph.Weight($"{name}.token_value.bias", [_heads, 1, _width], bias.AsSpan(_embed));
        var perHead = graph.Reshape(averages, 0, _heads, _prototypes, _embed);
        var updated = graph.Add(graph.MatMul(perHead, graph.Transpose(valueWeight, 0, 2, 1)), valueBias); // (N, h, M, d)
        var rows = graph.Reshape(graph.Transpose(updated, 0, 2, 1, 3), -1, _embed); // (N·M, D)
        var projected = graph.Reshape(weights.Linear(graph, $"{name}.prototype_kv", rows), -1, _prototypes, 2 * _heads, _width);
        var split = graph.SplitEqually(graph.Transpose(projected, 0, 2, 1, 3), 2, axis: 1);
        return (split[0], split[1]);
    }

    private Value TokenQueryWeight(GraphBuilder graph) =>
        graph.Weight($"{name}.token_query.scaled_weight", [_heads, _width, _embed], Scaled(weights.FoldedNorm($"{name}.token_query", norm).Weight));

    private Value TokenQueryBias(GraphBuilder graph) =>
        graph.Weight($"{name}.token_query.scaled_bias", [_heads, _width, 1], Scaled(weights.FoldedNorm($"{name}.token_query", norm).Bias));

    private float[] Scaled(float[] values) => [.. values.Select(value => value * _scale)];

    /// <summary>Values (N, h, M, d) → (N, hM, D), each head's in its own columns and 0 elsewhere.</summary>
    private Value PerHead(GraphBuilder graph, Value values)
    {
        var diagonal = new float[_heads * _heads];
        for (var head = 0; head < _heads; head++)
            diagonal[(head * _heads) + head] = 1;
        var own = graph.Weight($"own_head_{_heads}", [_heads, 1, _heads, 1], diagonal);
        var spread = graph.Mul(graph.Reshape(values, 0, _heads, _prototypes, 1, _width), own); // (N, h, M, h, d)
        return graph.Reshape(spread, 0, _heads * _prototypes, _embed);
    }
}
