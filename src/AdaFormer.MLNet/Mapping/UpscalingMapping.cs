using System.Runtime.CompilerServices;
using AdaFormer.Imaging;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Mapping;

/// <summary>What is done with a row. Thread-safe.</summary>
internal static class UpscalingMapping
{
    // Every row of a pipeline has the same instance of the configuration's text, so this is a comparison of references.
    private static readonly ConditionalWeakTable<string, State> States = [];

    public static void Map(ImageRow input, UpscaledRow output)
    {
        var state = States.GetValue(input.Configuration, static text => new State(text));
        if (input.Image is not { Width: > 0, Height: > 0 } image)
        {
            WriteNothing(state.Configuration, output);
            return;
        }

        Write(state, input.Device, ImageBytes.Read(image), image.PixelFormat, image.Tag, output);
    }

    public static void Map(BytesRow input, UpscaledRow output) => Map(input.Pixels, input.Configuration, input.Device, output);

    public static void Map(FloatsRow input, UpscaledRow output) => Map(input.Pixels, input.Configuration, input.Device, output);

    private static void Map<T>(VBuffer<T> pixels, string configuration, string device, UpscaledRow output)
        where T : System.Numerics.INumber<T>
    {
        var state = States.GetValue(configuration, static text => new State(text));
        if (pixels.Length == 0)
        {
            WriteNothing(state.Configuration, output);
            return;
        }

        var layout = state.Configuration.VectorLayout!;
        if (pixels.Length != layout.Length)
            throw new InvalidOperationException($"A vector has {pixels.Length} samples; expected {layout.Width}×{layout.Height}×{layout.Channels} = {layout.Length}.");
        VBuffer<T> dense = default;
        pixels.CopyToDense(ref dense);
        Write(state, device, PixelVector.Read(dense.GetValues(), layout), MLPixelFormat.Rgba32, null, output);
    }

    private static void Write(State state, string device, Picture picture, MLPixelFormat format, string? tag, UpscaledRow output)
    {
        var configuration = state.Configuration;
        var (upscaled, map) = state.UpscalerFor(picture, device).Upscale(picture);
        output.Share = (float)map.HaltedShare;
        if (configuration.HasSize)
        {
            var (width, height) = (configuration.Width * configuration.Scale, configuration.Height * configuration.Scale);
            if ((upscaled.Width, upscaled.Height) != (width, height))
                upscaled = BicubicResampler.ToSize(upscaled, width, height);
            // Of these images only copies go on.
            output.Upscaled?.Dispose();
            output.Upscaled = ImageBytes.Write(upscaled, format, SpareRow.Of(height));
            if (configuration.WithDepth)
            {
                output.DepthImage?.Dispose();
                output.DepthImage = ImageBytes.Write(map, configuration.Width, configuration.Height, SpareRow.Of(configuration.Height));
            }
        }
        else
        {
            output.Upscaled = ImageBytes.Write(upscaled, format);
            if (configuration.WithDepth)
                output.Depth = Depths(map);
        }

        output.Upscaled.Tag = tag;
    }

    private static VBuffer<float> Depths(HaltingMap map)
    {
        var depths = new float[map.Width * map.Height];
        for (var index = 0; index < depths.Length; index++)
            depths[index] = map.Row(index / map.Width)[index % map.Width];
        return new VBuffer<float>(depths.Length, depths);
    }

    // Vectors of known size are zero where there is no image, as ExtractPixels makes them. It makes them of black images here because
    // after a missing image ResizeImages would hand it a disposed one.
    private static void WriteNothing(UpscalingConfiguration configuration, UpscaledRow output)
    {
        var (width, height, scale) = (configuration.Width, configuration.Height, configuration.Scale);
        if (configuration.HasSize)
        {
            output.Upscaled?.Dispose();
            output.DepthImage?.Dispose();
        }

        output.Upscaled = configuration.VectorLayout is null ? null : ImageBytes.Blank(width * scale, (height * scale) + 1);
        output.DepthImage = configuration.HasSize && configuration.WithDepth ? ImageBytes.Blank(width, height + 1) : null;
        output.Depth = default;
        output.Share = float.NaN;
    }

    private sealed class State(string text)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<(ConfiguredModel Model, DeviceChoice Device), Upscaler> _upscalers = [];

        public UpscalingConfiguration Configuration { get; } = UpscalingConfiguration.Read(text);

        public Upscaler UpscalerFor(Picture picture, string device)
        {
            var model = Configuration.PhotoModel is { } photo && JpegTrace.Of(picture) is { IsLossy: true } ? photo : Configuration.Model;
            var key = (model, DeviceChoice.Read(device));
            lock (_lock)
            {
                // Not a Lazy: a failure, such as a file that is not there yet, must not be remembered.
                if (!_upscalers.TryGetValue(key, out var upscaler))
                    _upscalers[key] = upscaler = Configuration.CreateUpscaler(model, key.Item2);
                return upscaler;
            }
        }
    }
}
