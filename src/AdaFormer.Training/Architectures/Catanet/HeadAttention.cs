using AdaFormer.Training.Network;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>CATANet's attention of four heads.</summary>
internal static class HeadAttention
{
    /// <param name="queries">(B, Q, ·).</param>
    /// <param name="keys">(B, K, ·).</param>
    /// <param name="values">(B, K, C).</param>
    /// <returns>(B, Q, C).</returns>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values) =>
        AttentionHeads.Attend(Heads(queries), Heads(keys), Heads(values), _ => null);

    private static Tensor[] Heads(Tensor rows) => rows.split(rows.shape[^1] / CatanetConfiguration.Heads, -1);
}
