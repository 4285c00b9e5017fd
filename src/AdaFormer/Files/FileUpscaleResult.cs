namespace AdaFormer.Files;

/// <summary>What became of an upscaled file.</summary>
/// <param name="InputWidth">Width of the input in pixels, upright.</param>
/// <param name="InputHeight">Height of the input in pixels, upright.</param>
/// <param name="Width">Width of the output in pixels.</param>
/// <param name="Height">Height of the output in pixels.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved, 0 to 1; 0 where the model does not halt.</param>
/// <param name="Models">Names of the models that the picture went through, one after the other; none where it was only resampled.</param>
/// <param name="Reason">Why these, such as "it is a JPEG of quality 60"; <see langword="null"/> where there was no choice.</param>
public sealed record FileUpscaleResult(
    int InputWidth, int InputHeight, int Width, int Height, double HaltedShare, IReadOnlyList<string> Models, string? Reason);
