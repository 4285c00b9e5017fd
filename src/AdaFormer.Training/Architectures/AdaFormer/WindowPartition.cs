using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// The non-overlapping S×S windows of a feature map, row by row. Tokens stay in this order through all blocks; an image's tokens
/// are contiguous in it, so the global branch needs no other order.
/// </summary>
/// <param name="Images">Images N.</param>
/// <param name="Rows">Number of windows vertically.</param>
/// <param name="Columns">Number of windows horizontally.</param>
/// <param name="Side">Window side S.</param>
internal readonly record struct WindowPartition(long Images, long Rows, long Columns, long Side)
{
    public static WindowPartition Of(Tensor map, long side) => new(map.shape[0], map.shape[2] / side, map.shape[3] / side, side);

    public long TokensPerWindow => Side * Side;

    public Tensor Split(Tensor map)
    {
        var width = map.shape[1];
        return map
            .view(Images, width, Rows, Side, Columns, Side)    // (N, D, H/S, S, W/S, S)
            .permute(0, 2, 4, 3, 5, 1)                         // (N, H/S, W/S, S, S, D)
            .reshape(-1, TokensPerWindow, width);              // (windows, S², D)
    }

    public Tensor Merge(Tensor tokens)
    {
        var width = tokens.shape[^1];
        return tokens
            .view(Images, Rows, Columns, Side, Side, width)    // (N, H/S, W/S, S, S, D)
            .permute(0, 5, 1, 3, 2, 4)                         // (N, D, H/S, S, W/S, S)
            .reshape(Images, width, Rows * Side, Columns * Side);
    }
}
