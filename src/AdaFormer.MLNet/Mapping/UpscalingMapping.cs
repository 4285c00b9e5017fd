using System.Runtime.CompilerServices;
using AdaFormer.Imaging;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Mapping;

/// <summary>Maps one row. Thread-safe.</summary>
internal static class UpscalingMapping
{
    // All rows of a pipeline share one instance of the configuration's text, so this compares references.
    private static readonly ConditionalWeakTable<string, State> States = [];

    /// <summary>Upscales a picture into a row.</summary>
    /// <param name="text">The configuration.</param>
    /// <param name="device">The device.</param>
    /// <param name="read">Reads the picture, given the pixel layout of vectors.</param>
    /// <param name="format">The pixel format of the result.</param>
    /// <param name="tag">The image's tag.</param>
    /// <param name="output">The row.</param>
    public static void Upscale(string text, string device, Func<PixelVectorLayout?, Picture> read, MLPixelFormat format, string? tag, UpscaledRow output)
    {
        var state = StateOf(text);
        var configuration = state.Configuration;
        var picture = read(configuration.VectorLayout);
        var (upscaled, map) = state.UpscalerFor(picture, device).Upscale(picture);
        output.Share = (float)map.HaltedShare;
        if (configuration.HasSize)
        {
            var (width, height) = (configuration.Width * configuration.Scale, configuration.Height * configuration.Scale);
            if ((upscaled.Width, upscaled.Height) != (width, height))
                upscaled = BicubicResampler.ToSize(upscaled, width, height);
            // Only copies of these images are passed on.
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

    private static State StateOf(string text) => States.GetValue(text, static text => new State(text));

    private static VBuffer<float> Depths(HaltingMap map)
    {
        var depths = new float[map.Width * map.Height];
        for (var index = 0; index < depths.Length; index++)
            depths[index] = map.Row(index / map.Width)[index % map.Width];
        return new VBuffer<float>(depths.Length, depths);
    }

    /// <summary>Writes the outputs of a missing image.</summary>
    // Vectors of known size are zero for a missing image, as with ExtractPixels. They are made from black images here because
    // after a missing image ResizeImages would pass on a disposed one.
    public static void WriteNothing(string text, UpscaledRow output)
    {
        var configuration = StateOf(text).Configuration;
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
                // Not a Lazy: a failure, such as a file that does not exist yet, must not be cached.
                if (!_upscalers.TryGetValue(key, out var upscaler))
                    _upscalers[key] = upscaler = Configuration.CreateUpscaler(model, key.Item2);
                return upscaler;
            }
        }
    }
}
