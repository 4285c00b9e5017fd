using AdaFormer.Imaging;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data.Degradations;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>Samples random aligned patches of picture pairs, rotated and flipped in one of eight ways, with optional degradation of the low-resolution ones.</summary>
internal sealed class PatchSampler
{
    private const int DegradationStream = 1;

    private readonly PicturePair[] _pairs;
    private readonly int _scale;
    private readonly int _patch;
    private readonly int _batch;
    private readonly long _seed;

    /// <param name="pairs">The pictures, either all or none with a teacher's; those smaller than a patch are skipped.</param>
    /// <param name="scale">Ratio of high to low resolution.</param>
    /// <param name="patch">Side of a low-resolution patch.</param>
    /// <param name="batch">Patches per batch.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
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

    /// <summary>How low-resolution patches are degraded. Does not affect which patches are chosen. Default: not at all.</summary>
    public DegradationConfiguration? Degradation { get; init; }

    /// <summary>The batch of an iteration, which depends only on the seed and the iteration.</summary>
    public PatchBatch Batch(long iteration)
    {
        var random = new SampleRandom(_seed, iteration);
        var degradation = new SampleRandom(_seed, iteration, DegradationStream);
        var highPatch = _patch * _scale;
        var low = new float[_batch * 3 * _patch * _patch];
        var highLength = 3 * highPatch * highPatch;
        var high = new float[_batch * highLength];
        var teacher = _pairs[0].Teacher is null ? null : new float[_batch * highLength];
        for (var n = 0; n < _batch; n++)
        {
            var pair = _pairs[random.Below(_pairs.Length)];
            var x = random.Below(pair.Low.Width - _patch + 1);
            var y = random.Below(pair.Low.Height - _patch + 1);
            var orientation = random.Below(PatchCopy.Orientations);
            CopyLow(pair, x, y, orientation, low.AsSpan(n * 3 * _patch * _patch, 3 * _patch * _patch), ref degradation);
            CopyHigh(pair.High, high);
            if (teacher is not null)
                CopyHigh(pair.Teacher!, teacher);

            void CopyHigh(Picture source, float[] target) =>
                PatchCopy.Turned(source, x * _scale, y * _scale, highPatch, orientation, target.AsSpan(n * highLength, highLength));
        }

        return new PatchBatch(tensor(low, _batch, 3, _patch, _patch), HighTensor(high))
        {
            Teacher = teacher is null ? null : HighTensor(teacher),
        };

        Tensor HighTensor(float[] values) => tensor(values, _batch, 3, highPatch, highPatch);
    }

    // Rotated first, then degraded: JPEG treats rows and columns differently.
    private void CopyLow(PicturePair pair, int x, int y, int orientation, Span<float> target, ref SampleRandom random)
    {
        var plan = Degradation is null ? null : DegradationPlan.Draw(Degradation, ref random);
        if (plan is null || plan.IsClean)
        {
            PatchCopy.Turned(pair.Low, x, y, _patch, orientation, target);
            return;
        }

        var side = _patch + 2 * plan.Margin;
        var square = new float[3 * side * side];
        PatchCopy.Turned(pair.Low, x - plan.Margin, y - plan.Margin, side, orientation, square);
        plan.Apply(square, side, ref random).CopyTo(target);
    }
}

/// <summary>Copies squares of pictures to planes of floats, rotated and flipped in one of eight ways.</summary>
internal static class PatchCopy
{
    /// <summary>Number of orientations.</summary>
    public const int Orientations = 8;

    /// <summary>Copies a square; beyond the picture its edge is repeated.</summary>
    /// <param name="source">An 8-bit RGB picture.</param>
    /// <param name="left">Left column, which may lie outside.</param>
    /// <param name="top">Top row, which may lie outside.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="orientation">Bits: 1 flips columns, 2 flips rows, 4 swaps rows and columns.</param>
    /// <param name="planes">Receives red, green and blue in 0..1, (3, side, side).</param>
    public static void Turned(Picture source, int left, int top, int side, int orientation, Span<float> planes)
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
            var row = source.Row8(Math.Clamp(top + y, 0, source.Height - 1));
            var index = start + y * down;
            for (var x = 0; x < side; x++, index += right)
            {
                var pixel = row.Slice(3 * Math.Clamp(left + x, 0, source.Width - 1), 3);
                planes[index] = pixel[0] / 255f;
                planes[index + side * side] = pixel[1] / 255f;
                planes[index + 2 * side * side] = pixel[2] / 255f;
            }
        }
    }
}

/// <summary>The patches of an iteration, all in 0..1.</summary>
/// <param name="Low">The network's input, (N, 3, P, P).</param>
/// <param name="High">The true pictures, (N, 3, sP, sP).</param>
internal sealed record PatchBatch(Tensor Low, Tensor High) : IDisposable
{
    /// <summary>A teacher's output for the clean low-resolution pictures, (N, 3, sP, sP); null: there is no teacher.</summary>
    public Tensor? Teacher { get; init; }

    /// <summary>Maps every tensor.</summary>
    public PatchBatch Select(Func<Tensor, Tensor> change) =>
        new(change(Low), change(High)) { Teacher = Teacher is null ? null : change(Teacher) };

    /// <summary>Attaches the tensors to a scope, which then disposes them.</summary>
    public void AttachTo(DisposeScope scope)
    {
        scope.Attach(Low, High);
        if (Teacher is not null)
            scope.Attach(Teacher);
    }

    public void Dispose()
    {
        Low.Dispose();
        High.Dispose();
        Teacher?.Dispose();
    }
}
