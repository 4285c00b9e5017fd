using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer;

/// <summary>
/// Converts one picture between this project's form, planes of red, green and blue in 0 to 1, and a model's own: the only place that
/// knows of other layouts, types, ranges and sizes.
/// </summary>
internal static class ForeignTensors
{
    // Far below the distance of two levels of 16 bits: whole levels of 8 bits go in as whole numbers.
    private const float Whole = 1e-3f;

    /// <summary>Creates a model's input.</summary>
    /// <param name="pixels">The model's form.</param>
    /// <param name="image">(3, height, width) in 0 to 1.</param>
    /// <param name="alpha">(height, width) in 0 to 1; empty: opaque.</param>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="memory">Holds the tensor's values.</param>
    public static OrtValue Create(PixelInterface pixels, ReadOnlySpan<float> image, ReadOnlySpan<float> alpha, int width, int height, RentedMemory memory)
    {
        var (paddedWidth, paddedHeight) = pixels.Padded(width, height);
        var images = Math.Max(1, pixels.FixedImages);
        var length = images * pixels.Channels * paddedWidth * paddedHeight;
        long[] shape = pixels.InterleavedInput ? [images, paddedHeight, paddedWidth, pixels.Channels] : [images, pixels.Channels, paddedHeight, paddedWidth];
        switch (pixels.InputType)
        {
            case TensorElementType.Float:
                var floats = memory.Rent<float>(length);
                Write(pixels, image, alpha, width, height, floats.Span);
                return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, floats, shape);
            case TensorElementType.Float16:
                var halves = memory.Rent<Float16>(length);
                Write(pixels, image, alpha, width, height, MemoryMarshal.Cast<Float16, Half>(halves.Span));
                return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, halves, shape);
            default:
                var bytes = memory.Rent<byte>(length);
                Write(pixels, image, alpha, width, height, bytes.Span);
                return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, bytes, shape);
        }
    }

    /// <summary>Reads a model's output.</summary>
    /// <param name="pixels">The model's form.</param>
    /// <param name="output">The output; padding is cropped.</param>
    /// <param name="image">The picture that went in, of whose colours a model of luma knows nothing.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="scale">How many times larger the output is.</param>
    /// <param name="upscaled">Receives (3, scale·height, scale·width).</param>
    /// <param name="alpha">Receives (scale·height, scale·width) if the model has alpha; empty: not needed.</param>
    public static void Read(
        PixelInterface pixels, OrtValue output, ReadOnlySpan<float> image, int width, int height, int scale, Span<float> upscaled, Span<float> alpha)
    {
        var plane = width * height * scale * scale;
        for (var channel = 0; channel < pixels.Channels; channel++)
        {
            var target = channel < 3 ? upscaled.Slice(channel * plane, plane) : alpha;
            if (target.IsEmpty)
                continue;
            switch (pixels.OutputType)
            {
                case TensorElementType.Float:
                    Read(pixels, output.GetTensorDataAsSpan<float>(), channel, width, height, scale, target);
                    break;
                case TensorElementType.Float16:
                    Read(pixels, MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>()), channel, width, height, scale, target);
                    break;
                default:
                    Read(pixels, output.GetTensorDataAsSpan<byte>(), channel, width, height, scale, target);
                    break;
            }
        }

        if (pixels.Channels == 1)
            YCbCr.AddColors(image, width, height, scale, upscaled);
    }

    private static void Write<T>(PixelInterface pixels, ReadOnlySpan<float> image, ReadOnlySpan<float> alpha, int width, int height, Span<T> tensor)
        where T : INumber<T>
    {
        var (paddedWidth, paddedHeight) = pixels.Padded(width, height);
        var plane = width * height;
        var (step, start) = pixels.InterleavedInput ? (pixels.Channels, 1) : (1, paddedWidth * paddedHeight);
        var luma = pixels.Channels == 1 ? PixelTensor.Luminance(image[..plane], image.Slice(plane, plane), image.Slice(2 * plane, plane)) : [];
        var rounding = typeof(T) == typeof(byte) ? 0.5f : 0;
        for (var channel = 0; channel < pixels.Channels; channel++)
        {
            var source = pixels.Channels == 1 ? luma : channel == 3 ? alpha : image.Slice(channel * plane, plane);
            for (var y = 0; y < paddedHeight; y++)
            {
                var row = source.IsEmpty ? source : source.Slice(Reflect(y, height) * width, width);
                var target = tensor[((channel * start) + (y * paddedWidth * step))..];
                for (var x = 0; x < paddedWidth; x++)
                    target[x * step] = T.CreateTruncating(Level(row.IsEmpty ? 1 : row[x < width ? x : Reflect(x, width)], pixels.InputRange) + rounding);
            }
        }
    }

    private static void Read<T>(PixelInterface pixels, ReadOnlySpan<T> tensor, int channel, int width, int height, int scale, Span<float> target)
        where T : INumber<T>
    {
        var (paddedWidth, paddedHeight) = pixels.Padded(width, height);
        var (step, start) = pixels.InterleavedOutput ? (pixels.Channels, 1) : (1, paddedWidth * paddedHeight * scale * scale);
        var black = pixels.OutputRange.Black();
        var factor = 1f / (pixels.OutputRange.White() - black);
        for (var y = 0; y < height * scale; y++)
        {
            var source = tensor[((channel * start) + (y * paddedWidth * scale * step))..];
            var row = target.Slice(y * width * scale, width * scale);
            for (var x = 0; x < row.Length; x++)
                row[x] = (float.CreateTruncating(source[x * step]) - black) * factor;
        }
    }

    private static float Level(float value, PixelRange range)
    {
        var level = range.Black() + (value * (range.White() - range.Black()));
        var whole = MathF.Round(level);
        return range == PixelRange.ZeroTo255 && Math.Abs(level - whole) < Whole ? whole : level;
    }

    /// <summary>Mirrors an index at the picture's last pixel, back and forth, without repeating it.</summary>
    private static int Reflect(int index, int length)
    {
        if (length == 1)
            return 0;
        var period = 2 * (length - 1);
        var position = index % period;
        return position < length ? position : period - position;
    }
}
