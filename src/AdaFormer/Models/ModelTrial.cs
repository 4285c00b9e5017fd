using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer;

/// <summary>
/// Finds out by a few runs on small pictures what a model of other makers does not say: layout, sizes, scale, range, the overlap that tiles
/// need. Takes as long as about 14,000 pixels.
/// </summary>
internal sealed class ModelTrial(InferenceSession session, string name, PixelRange? range)
{
    private const int SmallestOverlap = 8;
    private static readonly PixelRange[] Ranges = [PixelRange.ZeroToOne, PixelRange.ZeroTo255, PixelRange.MinusOneToOne];
    private readonly List<string> _wrongShapes = [];
    private OnnxRuntimeException? _failure;

    /// <summary>Tries the forms in turn.</summary>
    /// <returns>The form, the scale, the overlap in input pixels, the pixels of the largest run, and whether the range could not be found out.</returns>
    /// <exception cref="ModelFormatException">The model gives no larger picture for any of the forms.</exception>
    public (PixelInterface Pixels, int Scale, int Overlap, long LargestRun, bool RangeIsAssumed) Run(IReadOnlyList<PixelInterface> candidates)
    {
        foreach (var candidate in candidates)
        {
            foreach (var (multiple, width, height) in TrialPicture.Sizes(candidate))
            {
                if (TryOutputs(candidate with { Multiple = multiple }, width, height) is not var (form, scale))
                    continue;
                var (pixels, assumed) = FindRange(form, scale, width, height);
                pixels = pixels with { SmallestSide = SmallestSide(pixels, scale, Math.Min(width, height)) };
                return (pixels, scale, FindOverlap(pixels, scale, width, height), (long)width * height, assumed);
            }
        }

        throw ForeignSignature.Refused(name, _wrongShapes.Count > 0 ? _wrongShapes[0] : $"it fails on every size that was tried ({_failure?.Message})", _failure);
    }

    private static long[] Shape(OrtValue value) => value.IsTensor ? value.GetTensorTypeAndShape().Shape : [];

    private (PixelInterface Form, int Scale)? TryOutputs(PixelInterface form, int width, int height)
    {
        using var memory = new RentedMemory();
        if (TryRun(form, TrialPicture.Of(width, height, form.Channels == 1), width, height, [.. session.OutputNames], memory) is not { } outputs)
            return null;
        using (outputs)
        {
            foreach (var (output, value) in session.OutputNames.Zip(outputs))
            {
                if (!value.IsTensor)
                    continue;
                var info = value.GetTensorTypeAndShape();
                foreach (var interleaved in (bool[])[form.InterleavedInput, !form.InterleavedInput])
                {
                    if (ScaleOf(info.Shape, form, interleaved, width, height) is { } scale
                        && info.ElementDataType is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.UInt8)
                        return (form with { Output = output, OutputType = info.ElementDataType, InterleavedOutput = interleaved }, scale);
                }
            }

            Note([.. outputs.Select(Shape)], form, width, height);
            return null;
        }
    }

    private static int? ScaleOf(long[] shape, PixelInterface form, bool interleaved, int width, int height)
    {
        if (shape.Length != 4 || shape[0] != Math.Max(1, form.FixedImages) || shape[interleaved ? 3 : 1] != form.Channels)
            return null;
        var (tall, wide) = interleaved ? (shape[1], shape[2]) : (shape[2], shape[3]);
        var scale = tall / height;
        return scale is >= 1 and <= ModelDescription.LargestScale && tall == scale * height && wide == scale * width ? (int)scale : null;
    }

    private void Note(long[][] shapes, PixelInterface form, int width, int height)
    {
        var gives = string.Join(" and ", shapes.Select(shape => $"[{string.Join(", ", shape)}]"));
        var larger = shapes.Any(shape => shape.Length == 4 && Math.Max(shape[2], shape[1]) >= Math.Min(width, height));
        _wrongShapes.Add($"of {form.Channels} channels of {width}×{height} pixels it makes {gives}{(larger ? "" : ", which is no larger picture")}");
    }

    private (PixelInterface Pixels, bool Assumed) FindRange(PixelInterface form, int scale, int width, int height)
    {
        PixelRange[] inputs = form.InputType == TensorElementType.UInt8 ? [PixelRange.ZeroTo255] : range is { } told ? [told] : Ranges;
        var picture = TrialPicture.Of(width, height, form.Channels == 1);
        var tried = new List<(PixelInterface Form, double Error)>();
        foreach (var input in inputs)
        {
            var raw = form with { InputRange = input, OutputRange = PixelRange.ZeroToOne };
            var result = Upscaled(raw, scale, picture, width, height);
            PixelRange[] outputs = form.OutputType == TensorElementType.UInt8 ? [PixelRange.ZeroTo255] : Ranges;
            tried.AddRange(outputs.Select(output => (raw with { OutputRange = output }, TrialPicture.Difference(picture, result, output, width, height, scale))));
        }

        // The same range on both sides comes before others, and 0 to 1 before 0 to 255, unless they are clearly worse: what a network adds to
        // an enlarged picture fades at a hundred times the range, so that the wrong range may well look a little better.
        const double Resembles = 0.5, Well = 0.05, Clearly = 3;
        var order = tried.OrderBy(trial => trial.Form.InputRange == trial.Form.OutputRange ? 0 : 1).ToArray();
        var best = order.Min(trial => double.IsNaN(trial.Error) ? double.PositiveInfinity : trial.Error);
        var chosen = best <= Resembles ? order.First(trial => trial.Error <= Math.Max(Well, Clearly * best)) : (order[0].Form, Error: double.PositiveInfinity);
        return (chosen.Form, inputs.Length > 1 && !(chosen.Error <= Resembles));
    }

    private int SmallestSide(PixelInterface pixels, int scale, int works)
    {
        if (pixels.FixedWidth > 0 && pixels.FixedHeight > 0)
            return 1;
        for (var side = pixels.Multiple; side < works; side *= 2)
        {
            var (width, height) = (pixels with { SmallestSide = side }).Padded(side, side);
            using var memory = new RentedMemory();
            using var outputs = TryRun(pixels, TrialPicture.Of(width, height, grey: false), width, height, [pixels.Output], memory);
            if (outputs is not null && ScaleOf(Shape(outputs[0]), pixels, pixels.InterleavedOutput, width, height) == scale)
                return side == pixels.Multiple ? 1 : side;
        }

        return works;
    }

    private int FindOverlap(PixelInterface pixels, int scale, int width, int height)
    {
        var picture = TrialPicture.Busy(width, height, pixels.Channels == 1);
        var border = width / 2;
        var (before, after) = (Upscaled(pixels, scale, picture, width, height), Upscaled(pixels, scale, TrialPicture.InvertLeft(picture, width, border), width, height));
        // One picture does not show all: half as much again, and never next to nothing.
        var overlap = Math.Max(SmallestOverlap, TrialPicture.Reach(before, after, width * scale, border * scale, scale) * 3 / 2);
        // Tiles of a fixed size have to contribute something.
        var smallest = new[] { pixels.FixedWidth, pixels.FixedHeight }.Where(side => side > 0).DefaultIfEmpty(int.MaxValue).Min();
        return Math.Min(overlap, smallest / 4);
    }

    private float[] Upscaled(PixelInterface pixels, int scale, float[] picture, int width, int height)
    {
        using var memory = new RentedMemory();
        using var outputs = TryRun(pixels, picture, width, height, [pixels.Output], memory)
            ?? throw ForeignSignature.Refused(name, $"it fails on pictures of {width}×{height} pixels that it took before ({_failure!.Message})", _failure);
        var upscaled = new float[3 * width * height * scale * scale];
        ForeignTensors.Read(pixels, outputs[0], picture, width, height, scale, upscaled, []);
        return upscaled;
    }

    private IDisposableReadOnlyCollection<OrtValue>? TryRun(PixelInterface pixels, float[] picture, int width, int height, string[] outputs, RentedMemory memory)
    {
        using var input = ForeignTensors.Create(pixels, picture, [], width, height, memory);
        using var run = new RunOptions();
        try
        {
            return session.Run(run, new Dictionary<string, OrtValue> { [pixels.Input] = input }, outputs);
        }
        catch (OnnxRuntimeException exception)
        {
            _failure = exception;
            return null;
        }
    }
}
