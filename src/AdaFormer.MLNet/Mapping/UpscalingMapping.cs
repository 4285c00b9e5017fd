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

        var configuration = state.Configuration;
        if (configuration.Width > 0 && (image.Width, image.Height) != (configuration.Width, configuration.Height))
            throw new InvalidOperationException($"An image has {image.Width}×{image.Height} pixels, but its column was declared with {configuration.Width}×{configuration.Height} when the pipeline was fitted. Use ResizeImages before, or a column of unknown size.");
        Write(state, ImageBytes.Read(image), image.PixelFormat, output);
    }

    public static void Map(BytesRow input, UpscaledRow output) => Map(input.Pixels, input.Configuration, output);

    public static void Map(FloatsRow input, UpscaledRow output) => Map(input.Pixels, input.Configuration, output);

    private static void Map<T>(VBuffer<T> pixels, string configuration, UpscaledRow output)
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
        Write(state, PixelVector.Read(dense.GetValues(), layout), MLPixelFormat.Rgba32, output);
    }

    private static void Write(State state, Picture picture, MLPixelFormat format, UpscaledRow output)
    {
        var (upscaled, map) = state.UpscalerFor(picture).Upscale(picture);
        output.Upscaled = ImageBytes.Write(upscaled, format);
        output.Share = (float)map.HaltedShare;
        if (!state.Configuration.WithDepth)
            return;
        if (state.Configuration.Width > 0)
            output.DepthImage = ImageBytes.Write(map);
        else
            output.Depth = Depths(map);
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
        output.Upscaled = configuration.VectorLayout is null ? null : ImageBytes.Blank(width * scale, height * scale);
        output.DepthImage = configuration.WithDepth && width > 0 ? ImageBytes.Blank(width, height) : null;
        output.Depth = default;
        output.Share = float.NaN;
    }

    private sealed class State(string text)
    {
        private readonly Lock _lock = new();
        private Upscaler? _upscaler;
        private Upscaler? _photoUpscaler;

        public UpscalingConfiguration Configuration { get; } = UpscalingConfiguration.Read(text);

        public Upscaler UpscalerFor(Picture picture) => Configuration.PhotoModel is { } photo && JpegTrace.Of(picture) is { IsLossy: true }
            ? Made(ref _photoUpscaler, photo)
            : Made(ref _upscaler, Configuration.Model);

        // Not a Lazy: a failure, such as a file that is not there yet, must not be remembered.
        private Upscaler Made(ref Upscaler? upscaler, ConfiguredModel model)
        {
            lock (_lock)
                return upscaler ??= Configuration.CreateUpscaler(model);
        }
    }
}
