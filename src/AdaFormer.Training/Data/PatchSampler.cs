using AdaFormer.Imaging;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>Random aligned patches of picture pairs, turned and flipped in one of the eight ways.</summary>
internal sealed class PatchSampler
{
    private readonly PicturePair[] _pairs;
    private readonly int _scale;
    private readonly int _patch;
    private readonly int _batch;
    private readonly long _seed;

    /// <param name="pairs">The pictures; those smaller than a patch are left out.</param>
    /// <param name="scale">High over low resolution.</param>
    /// <param name="patch">Side of a low-resolution patch.</param>
    /// <param name="batch">Patches in a batch.</param>
    /// <param name="seed">Same seed, same batches.</param>
    /// <exception cref="InvalidDataException">No picture is large enough.</exception>
    public PatchSampler(IEnumerable<PicturePair> pairs, int scale, int patch, int batch, long seed)
    {
        _pairs = pairs.Where(pair => pair.Low.Width >= patch && pair.Low.Height >= patch).ToArray();
        if (_pairs.Length == 0)
        {
            throw new InvalidDataException(
                $"No training picture has {patch * scale}×{patch * scale} pixels or more, which a patch of {patch} at scale {scale} needs. " +
                "Add larger pictures or set a smaller patch_size.");
        }

        (_scale, _patch, _batch, _seed) = (scale, patch, batch, seed);
    }

    /// <summary>The batch of an iteration, which depends on the seed and the iteration only.</summary>
    /// <returns>Low (N, 3, P, P) and high (N, 3, sP, sP), both in 0..1.</returns>
    public (Tensor Low, Tensor High) Batch(long iteration)
    {
        var random = new SampleRandom(_seed, iteration);
        var highPatch = _patch * _scale;
        var low = new float[_batch * 3 * _patch * _patch];
        var high = new float[_batch * 3 * highPatch * highPatch];
        for (var n = 0; n < _batch; n++)
        {
            var pair = _pairs[random.Below(_pairs.Length)];
            var x = random.Below(pair.Low.Width - _patch + 1);
            var y = random.Below(pair.Low.Height - _patch + 1);
            var orientation = random.Below(8);
            CopyPatch(pair.Low, x, y, _patch, orientation, low.AsSpan(n * 3 * _patch * _patch));
            CopyPatch(pair.High, x * _scale, y * _scale, highPatch, orientation, high.AsSpan(n * 3 * highPatch * highPatch));
        }

        return (tensor(low, _batch, 3, _patch, _patch), tensor(high, _batch, 3, highPatch, highPatch));
    }

    /// <summary>
    /// Copies a square to planes of floats. Bits of the orientation: 1 flips columns, 2 flips rows, 4 swaps rows and columns.
    /// </summary>
    private static void CopyPatch(Picture source, int left, int top, int side, int orientation, Span<float> target)
    {
        var (right, down, start) = (1, side, 0);
        if ((orientation & 1) != 0)
            (right, start) = (-1, start + side - 1);
        if ((orientation & 2) != 0)
            (down, start) = (-side, start + side * (side - 1));
        if ((orientation & 4) != 0)
            (right, down) = (down, right);
        for (var y = 0; y < side; y++)
        {
            var row = source.Row8(top + y).Slice(3 * left, 3 * side);
            var index = start + y * down;
            for (var x = 0; x < row.Length; x += 3, index += right)
            {
                target[index] = row[x] / 255f;
                target[index + side * side] = row[x + 1] / 255f;
                target[index + 2 * side * side] = row[x + 2] / 255f;
            }
        }
    }
}
