using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Multi-head attention on heads that are slices of the embedding.</summary>
internal static class AttentionHeads
{
    /// <summary>
    /// softmax(q·kᵀ/√d + bias)·v for every head, concatenated. The heads stay strided views: on a CPU a few batched products on
    /// slices are faster than permuting all tokens into a head axis and back.
    /// </summary>
    /// <param name="queries">The queries of each head, (B, Q, d).</param>
    /// <param name="keys">(B, K, d).</param>
    /// <param name="values">(B, K, d).</param>
    /// <param name="bias">The term to add to a head's scores, broadcast to (B, Q, K).</param>
    /// <returns>(B, Q, D).</returns>
    public static Tensor Attend(
        ReadOnlySpan<Tensor> queries, ReadOnlySpan<Tensor> keys, ReadOnlySpan<Tensor> values, Func<int, Tensor?> bias)
    {
        var results = new Tensor[queries.Length];
        var scale = 1 / Math.Sqrt(queries[0].shape[^1]);
        for (var head = 0; head < results.Length; head++)
        {
            // A head's scores are large: they are disposed before the next head's are computed.
            using var scope = NewDisposeScope();
            var scores = (queries[head] * scale).bmm(keys[head].transpose(1, 2));    // (B, Q, K)
            if (bias(head) is { } added)
                scores = scores.add_(added);
            results[head] = scores.softmax(-1).bmm(values[head]).MoveToOuterDisposeScope();    // (B, Q, d)
        }

        return results.Length == 1 ? results[0] : cat(results, -1);                 // (B, Q, D)
    }

    /// <summary>The row of the bias table for every pair of query and key of a window.</summary>
    public static long[] RelativePositions(int window)
    {
        var tokens = window * window;
        var index = new long[tokens * tokens];
        for (var query = 0; query < tokens; query++)
        {
            for (var key = 0; key < tokens; key++)
            {
                var rows = query / window - key / window + window - 1;
                var columns = query % window - key % window + window - 1;
                index[query * tokens + key] = rows * (2 * window - 1) + columns;
            }
        }

        return index;
    }
}

/// <summary>The MLP of a block: <c>fc2(GELU(fc1(x)))</c> with the exact GELU.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;

    public FeedForward(int embed, int hidden) : base(nameof(FeedForward))
    {
        fc1 = nn.Linear(embed, hidden);
        fc2 = nn.Linear(hidden, embed);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => fc2.forward(nn.functional.gelu(fc1.forward(tokens)));
}

/// <summary>
/// The exact GELU for gradients whose memory order may differ from that of the values, as between convolutions and layers on
/// tokens: libtorch 1.13 misreads such a gradient if the values are contiguous. Transposed, they are not.
/// </summary>
internal sealed class ImageGelu() : nn.Module<Tensor, Tensor>(nameof(ImageGelu))
{
    public static Tensor Of(Tensor x) => nn.functional.gelu(x.transpose(-1, -2)).transpose(-1, -2);

    public override Tensor forward(Tensor x) => Of(x);
}

/// <summary>Random initial weights, as usual for vision transformers.</summary>
internal static class TransformerStart
{
    /// <summary>The standard deviation of small weights.</summary>
    public const double Deviation = 0.02;

    /// <summary>Initialises linear layers with small weights and without bias; all others are unchanged.</summary>
    public static void StartLinearLayersSmall(this nn.Module network)
    {
        using var _ = no_grad();
        foreach (var layer in network.modules().OfType<Linear>())
        {
            nn.init.trunc_normal_(layer.weight!, std: Deviation);
            layer.bias?.zero_();
        }
    }
}
