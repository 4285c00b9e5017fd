using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>
/// Images as tokens (N, H, W, C), cut into patches of equal side that overlap by two pixels, the last of an axis by more, so that it ends
/// with the image. Where patches overlap, their running sum is halved with every patch but the first, as in the original: with three that
/// gives three quarters of their mean.
/// </summary>
internal sealed class OverlappingPatches
{
    private const int Overlap = 2;

    private readonly Axis _down;
    private readonly Axis _across;

    public OverlappingPatches(long height, long width, long side, torch.Device device) =>
        (_down, _across) = (new Axis(height, side, device), new Axis(width, side, device));

    /// <summary>(N, H, W, C) → (N·patches, tokens, C).</summary>
    public Tensor Cut(Tensor tokens) => tokens
        .index_select(1, _down.Positions)
        .index_select(2, _across.Positions)
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
        return _across.Sum(_down.Sum(lines, 1), 2);
    }

    // Computed on the images' device: copying there would wait for it.
    private sealed class Axis
    {
        private readonly Tensor _shares;

        public Axis(long length, long side, torch.Device device)
        {
            Side = Math.Min(length, side);
            var step = side - Overlap;
            Count = Math.Max(1, (length - Overlap + step - 1) / step);
            var begins = (arange(Count, device: device) * step).clamp_max(length - Side).unsqueeze(-1);
            Positions = (begins + arange(Side, device: device)).flatten();
            var patches = zeros(length, device: device).index_add(0, Positions, ones(Count * Side, device: device), 1);
            _shares = (1 - patches).exp2();
        }

        public long Side { get; }

        public long Count { get; }

        /// <summary>The pixels of all patches, patch by patch.</summary>
        public Tensor Positions { get; }

        /// <summary>Joins an axis of consecutive patches to the axis of an image.</summary>
        public Tensor Sum(Tensor lines, int dimension)
        {
            var shape = lines.shape;
            shape[dimension] = _shares.shape[0];
            var sum = zeros(shape, device: lines.device).index_add(dimension, Positions, lines, 1);
            return sum * _shares.view([-1, .. shape[(dimension + 1)..].Select(_ => 1L)]);
        }
    }
}
