using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>An upscaled picture, and how much work it took.</summary>
/// <param name="Picture">The picture, with the input's channels and bit depth.</param>
/// <param name="HaltingDepth">The halting depth of every pixel of the input.</param>
public sealed record UpscaleResult(Picture Picture, HaltingMap HaltingDepth);
