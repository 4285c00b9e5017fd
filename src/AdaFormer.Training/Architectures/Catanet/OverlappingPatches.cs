using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>
/// Images in tokens (N, H, W, C), cut into patches of one side that overlap by two pixels, the last of an axis by more, so that it ends
/// with the image. Where patches overlap, their sum is halved once for each patch but the first, as in the original: of three that makes
/// three quarters of their mean.
/// </summary>
internal sealed class OverlappingPatches
{
    private const int Overlap = 2;

    private readonly Axis _down;
    private readonly Axis _across;
    private readonly torch.Device _device;

    public OverlappingPatches(long height, long width, long side, torch.Device device) =>
        (_down, _across, _device) = (new Axis(height, side), new Axis(width, side), device);

    /// <summary>(N, H, W, C) → (N·patches, tokens, C).</summary>
    public Tensor Cut(Tensor tokens) => tokens
        .index_select(1, tensor(_down.Positions, device: _device))
        .index_select(2, tensor(_across.Positions, device: _device))
        .view(tokens.shape[0], _down.Count, _down.Side, _across.Count, _across.Side, -1)
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, _down.Side * _across.Side, tokens.shape[3]);

    /// <summary>(N·patches, tokens, C) → (N, H, W, C).</summary>
    public Tensor Join(Tensor patches, long images)
    {
        var channels = patches.shape[2];
        var lines = patches
            .view(images, _down.Count, _across.Count, _down.Side, _across.Side, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(images, _down.Count * _down.Side, _across.Count * _across.Side, channels);
        return Sum(Sum(lines, 1, _down), 2, _across);
    }

    private Tensor Sum(Tensor lines, int dimension, Axis axis)
    {
        var shape = lines.shape;
        shape[dimension] = axis.Shares.Length;
        var sum = zeros(shape, device: _device).index_add(dimension, tensor(axis.Positions, device: _device), lines, 1);
        return sum * tensor(axis.Shares, device: _device).view(dimension == 1 ? [-1, 1, 1] : [-1, 1]);
    }

    private sealed class Axis
    {
        public Axis(long length, long side)
        {
            Side = Math.Min(length, side);
            var step = side - Overlap;
            Count = Math.Max(1, (length - Overlap + step - 1) / step);
            Positions = [.. Enumerable.Range(0, (int)(Count * Side)).Select(i => Math.Min(i / Side * step, length - Side) + i % Side)];
            Shares = new float[length];
            foreach (var position in Positions)
                Shares[position] = Shares[position] == 0 ? 1 : Shares[position] / 2;
        }

        public long Side { get; }

        public long Count { get; }

        /// <summary>The pixels of all patches, one patch after the other.</summary>
        public long[] Positions { get; }

        /// <summary>What each pixel's sum is multiplied by.</summary>
        public float[] Shares { get; }
    }
}
