using AdaFormer.Imaging;

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

    /// <summary>The share of the first model's work that halting saved on the picture that its speed was tried on, 0 to 1.</summary>
    public double HaltedShare { get; init; }

    /// <summary>Estimates what a picture costs.</summary>
    /// <param name="models">The models that all of it goes through, in order.</param>
    /// <param name="options">The halting threshold, and the second model.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="larger">The picture to produce.</param>
    internal static UpscaleEstimate Of(IReadOnlyList<UpscalingModel> models, UpscaleOptions options, PictureInfo picture, PictureInfo larger)
    {
        if (models.Count == 0)
            return new UpscaleEstimate(larger.Width, larger.Height, TimeSpan.Zero, TimeSpan.Zero);
        var size = (double)picture.Width * picture.Height;
        var (seconds, pixels) = (0.0, size);
        foreach (var model in models)
        {
            seconds += ModelSpeed.Of(model, options.HaltingThreshold).SecondsPerPixel * pixels;
            pixels *= model.Description.Scale * model.Description.Scale;
        }

        var second = options.Refinement is { } refinement && refinement.Fits(models[0]) ? SecondSeconds(refinement, size, seconds) : 0;
        return new UpscaleEstimate(larger.Width, larger.Height, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(second))
        {
            HaltedShare = ModelSpeed.Of(models[0], options.HaltingThreshold).HaltedShare,
        };
    }

    private static double SecondSeconds(Refinement refinement, double pixels, double firstSeconds)
    {
        var seconds = Refiner.TypicalOverhead * refinement.Share * ModelSpeed.Of(refinement.Model, null).SecondsPerPixel * pixels;
        return refinement.Within is { } within ? Math.Clamp(within.TotalSeconds - firstSeconds, 0, seconds) : seconds;
    }
}
