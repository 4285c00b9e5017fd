using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>How token centres are found: k-means by cosines.</summary>
internal static class TokenCenters
{
    /// <summary>Rows scaled to length 1.</summary>
    public static Tensor Directions(Tensor rows) => nn.functional.normalize(rows, dim: -1);

    /// <summary>Centres to begin with: means over equal runs of all images' tokens, behind the last of which the order goes back.</summary>
    /// <param name="tokens">(N, T, C).</param>
    /// <param name="count">Number of centres M.</param>
    /// <returns>(M, C).</returns>
    public static Tensor Spread(Tensor tokens, long count)
    {
        var length = tokens.shape[1];
        var runs = tokens.index_select(1, TokenGroups.BackAndForth(length, (length / count + 1) * count, tokens.device));
        return runs.view(tokens.shape[0], count, -1, tokens.shape[2]).mean([0, 2]);
    }

    /// <summary>The directions of the sums of the tokens nearest to each centre; a centre that is nearest to none stays.</summary>
    /// <param name="directions">Tokens of length 1, (n, C).</param>
    /// <param name="centers">(M, C), of any length.</param>
    /// <returns>(M, C), of length 1.</returns>
    public static Tensor Refine(Tensor directions, Tensor centers)
    {
        var before = Directions(centers);
        var nearest = directions.matmul(before.t()).argmax(-1);                             // (n)
        var counts = zeros(centers.shape[0], device: centers.device).index_add(0, nearest, ones_like(nearest, dtype: ScalarType.Float32), 1);
        var sums = zeros_like(centers).index_add(0, nearest, directions, 1);
        return before.where(counts.eq(0).unsqueeze(-1), Directions(sums));
    }
}
