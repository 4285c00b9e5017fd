using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>
/// Tokens of an image sorted by their nearest centre and cut into groups of equal size. After the last token the order continues
/// backwards, to fill the last group and one more.
/// </summary>
internal sealed class TokenGroups
{
    private readonly Tensor _sorted;
    private readonly Tensor _places;
    private readonly long _images;
    private readonly long _side;
    private readonly long _count;

    private TokenGroups(Tensor order, long side)
    {
        var (images, tokens) = (order.shape[0], order.shape[1]);
        (_images, _side, _count) = (images, side, (tokens + side - 1) / side);
        var image = arange(images, device: order.device).unsqueeze(-1);                     // (N, 1)
        _sorted = (order.index_select(1, BackAndForth(tokens, (_count + 1) * side, order.device)) + image * tokens).flatten();
        _places = (order.argsort(1) + image * (_count * side)).flatten();
    }

    /// <param name="normal">(N, T, C).</param>
    /// <param name="centers">(M, C).</param>
    /// <param name="size">Tokens in a group; fewer if the image has fewer.</param>
    public static TokenGroups Of(Tensor normal, Tensor centers, long size)
    {
        using var _ = no_grad();
        var tokens = normal.shape[1];
        // A token's own length does not affect which centre is nearest.
        var nearest = normal.matmul(TokenCenters.Directions(centers).t()).argmax(-1);       // (N, T)
        // Tokens of the same centre keep their order: keys are unique.
        var keys = nearest * tokens + arange(tokens, device: normal.device);
        return new TokenGroups(keys.argsort(1), Math.Min(tokens, size));
    }

    /// <summary>Positions on an axis that runs to its end and back, repeatedly.</summary>
    public static Tensor BackAndForth(long length, long count, torch.Device device)
    {
        var position = arange(count, device: device).remainder(2 * length);
        return minimum(position, 2 * length - 1 - position);
    }

    /// <summary>Tokens (N, T, C) as sorted groups (N·S, G, C).</summary>
    public Tensor Groups(Tensor tokens) => Sorted(tokens).narrow(1, 0, _count).flatten(0, 1);

    /// <summary>Tokens (N, T, C) as sorted groups, each with the next one (N·S, 2G, C).</summary>
    public Tensor GroupsWithNext(Tensor tokens)
    {
        var sorted = Sorted(tokens);
        return cat([sorted.narrow(1, 0, _count), sorted.narrow(1, 1, _count)], 2).flatten(0, 1);
    }

    /// <summary>Groups (N·S, G, C) as tokens (N, T, C) in the order of the image.</summary>
    public Tensor Unsorted(Tensor groups) => groups.flatten(0, 1).index_select(0, _places).view(_images, -1, groups.shape[2]);

    private Tensor Sorted(Tensor tokens) =>
        tokens.flatten(0, 1).index_select(0, _sorted).view(_images, _count + 1, _side, tokens.shape[2]);
}
