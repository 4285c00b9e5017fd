using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Multi-head attention on heads that are slices of the embedding.</summary>
internal static class AttentionHeads
{
    /// <summary>
    /// softmax(q·kᵀ/√d + bias)·v for every head, concatenated. The heads stay strided views: on a CPU a few batched products on
    /// slices are faster than permuting all tokens into a head axis and back.
    /// </summary>
    /// <param name="queries">A head's queries each, (B, Q, d).</param>
    /// <param name="keys">(B, K, d).</param>
    /// <param name="values">(B, K, d).</param>
    /// <param name="bias">What to add to a head's scores, broadcast to (B, Q, K).</param>
    /// <returns>(B, Q, D).</returns>
    public static Tensor Attend(
        ReadOnlySpan<Tensor> queries, ReadOnlySpan<Tensor> keys, ReadOnlySpan<Tensor> values, Func<int, Tensor?> bias)
    {
        var results = new Tensor[queries.Length];
        var scale = 1 / Math.Sqrt(queries[0].shape[^1]);
        for (var head = 0; head < results.Length; head++)
        {
            // A head's scores are large: they go before the next head's come.
            using var scope = NewDisposeScope();
            var scores = (queries[head] * scale).bmm(keys[head].transpose(1, 2));    // (B, Q, K)
            if (bias(head) is { } added)
                scores = scores.add_(added);
            results[head] = scores.softmax(-1).bmm(values[head]).MoveToOuterDisposeScope();    // (B, Q, d)
        }

        return results.Length == 1 ? results[0] : cat(results, -1);                 // (B, Q, D)
    }
}
