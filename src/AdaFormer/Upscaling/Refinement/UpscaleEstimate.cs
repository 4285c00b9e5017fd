using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AdaFormer;

/// <summary>What upscaling a picture will probably cost.</summary>
/// <param name="Width">Width of the result in pixels.</param>
/// <param name="Height">Height of the result in pixels.</param>
/// <param name="FirstTime">Time of the models that all of the picture goes through.</param>
/// <param name="SecondTime">Time of the second model, if there is one.</param>
public sealed record UpscaleEstimate(int Width, int Height, TimeSpan FirstTime, TimeSpan SecondTime)
{
    /// <summary>The time of all models.</summary>
    public TimeSpan Time => FirstTime + SecondTime;
}

/// <summary>The speed of models on this machine, tried once for each.</summary>
internal static class ModelSpeed
{
    private const int Side = 128;
    private static readonly ConditionalWeakTable<UpscalingModel, StrongBox<double>> Known = [];

    /// <summary>Seconds for each pixel of an input, by a run on noise, of which little halts.</summary>
    public static double SecondsPerPixel(UpscalingModel model, float? haltingThreshold) => Known.GetValue(model, _ =>
    {
        var random = new Random(1);
        var picture = new Imaging.Picture(Side, Side, Imaging.PixelLayout.Rgb);
        for (var y = 0; y < Side; y++)
            random.NextBytes(picture.Row8(y));
        var upscaler = new Upscaler(model, new UpscaleOptions { HaltingThreshold = haltingThreshold });
        // The first run makes ready what later ones use.
        upscaler.Upscale(picture);
        var clock = Stopwatch.StartNew();
        upscaler.Upscale(picture);
        return new StrongBox<double>(clock.Elapsed.TotalSeconds / (Side * Side));
    }).Value;
}
