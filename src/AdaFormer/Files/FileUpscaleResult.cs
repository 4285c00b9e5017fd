using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>Result of upscaling a file.</summary>
/// <param name="InputWidth">Width of the input in pixels, upright.</param>
/// <param name="InputHeight">Height of the input in pixels, upright.</param>
/// <param name="Width">Width of the output in pixels.</param>
/// <param name="Height">Height of the output in pixels.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved, 0 to 1; 0 if the model does not halt, or there was none.</param>
/// <param name="Models">Names of the models that the picture went through, in order; empty if it was only resampled.</param>
/// <param name="Reason">Why these models were chosen, such as "it is a JPEG of quality 60"; <see langword="null"/> if there was no choice.</param>
public sealed record FileUpscaleResult(
    int InputWidth, int InputHeight, int Width, int Height, double HaltedShare, IReadOnlyList<string> Models, string? Reason)
{
    /// <summary>What got lost or was guessed on the way.</summary>
    public IReadOnlyList<PictureWarning> Warnings { get; init; } = [];

    /// <summary>Number of pictures in the file: pages or frames. The sizes are the first one's.</summary>
    public int Pictures { get; init; } = 1;

    /// <summary>What a second model did; <see langword="null"/> if there was none of the scale.</summary>
    public RefinementResult? Refinement { get; init; }

    /// <summary>The result of a file after another of its pictures.</summary>
    internal FileUpscaleResult After(FileUpscaleResult? before) => before is null ? this : before with
    {
        HaltedShare = ((before.HaltedShare * before.Pictures) + HaltedShare) / (before.Pictures + 1),
        Pictures = before.Pictures + 1,
        Refinement = Refinement is null || before.Refinement is null ? before.Refinement : new RefinementResult(
            ((before.Refinement.Share * before.Pictures) + Refinement.Share) / (before.Pictures + 1), before.Refinement.FirstTime + Refinement.FirstTime, before.Refinement.SecondTime + Refinement.SecondTime),
        Warnings = [.. before.Warnings.Union(Warnings)],
    };
}
