using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>The speed of a model on this machine, tried once for each halting threshold on part of a photograph.</summary>
/// <param name="SecondsPerPixel">Seconds for each pixel of an input.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved, 0 to 1.</param>
internal sealed record ModelSpeed(double SecondsPerPixel, double HaltedShare)
{
    private const int Side = 128;

    private static readonly ConditionalWeakTable<UpscalingModel, ConcurrentDictionary<float, Lazy<ModelSpeed>>> Known = [];
    private static readonly Lazy<Picture> Photograph = new(() =>
    {
        using var file = typeof(ModelSpeed).Assembly.GetManifestResourceStream("scene-small.png")!;
        var whole = new PictureReader().Read(file);
        return PictureCrop.Part(whole, (whole.Width - Side) / 2, (whole.Height - Side) / 2, Side, Side);
    });

    /// <summary>Gets the speed of a model, trying it if that was not done before.</summary>
    /// <param name="model">The model.</param>
    /// <param name="haltingThreshold">The halting threshold; <see langword="null"/> for the model's own.</param>
    public static ModelSpeed Of(UpscalingModel model, float? haltingThreshold)
    {
        var tried = Known.GetOrCreateValue(model);
        var threshold = model.Description.Halts ? haltingThreshold ?? model.Description.HaltingThreshold : 0;
        return tried.GetOrAdd(threshold, _ => new Lazy<ModelSpeed>(() => Try(model, threshold, isFirst: tried.Count == 1))).Value;
    }

    private static ModelSpeed Try(UpscalingModel model, float threshold, bool isFirst)
    {
        var upscaler = new Upscaler(model, new UpscaleOptions { HaltingThreshold = threshold });
        // The first run makes ready what later ones use.
        if (isFirst)
            upscaler.Upscale(Photograph.Value);
        var clock = Stopwatch.StartNew();
        var depth = upscaler.Upscale(Photograph.Value).HaltingDepth;
        return new ModelSpeed(clock.Elapsed.TotalSeconds / (Side * Side), depth.Blocks == 0 ? 0 : depth.HaltedShare);
    }
}
