using AdaFormer.Imaging;

namespace AdaFormer.Files;

/// <summary>Options for upscaling picture files.</summary>
public sealed record FileUpscaleOptions
{
    /// <summary>Whether existing files may be replaced. Default: no.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether a <see cref="PictureWarning"/> is an error, which leaves no output. Default: no.</summary>
    public bool Strict { get; init; }

    /// <summary>
    /// Maximum number of pixels of an output; larger ones are rejected from the input's header, before its pixels are decoded. Default:
    /// 2^32, 65,536×65,536.
    /// </summary>
    public long MaximumOutputPixels { get; init; } = 1L << 32;

    /// <summary>
    /// The size of the results, reached with the models whose scales come nearest above it, applied as often as needed, and an antialiased
    /// bicubic downscale; a model of scale 1 is applied once, and makes no larger ones. Default: <see langword="null"/>, the model's scale.
    /// </summary>
    public TargetSize? TargetSize { get; init; }

    /// <summary>Whether a halting map has the size of the input instead of the result's: drawing it then costs next to nothing. Default: no.</summary>
    public bool SmallHaltingMap { get; init; }

    /// <summary>Options for upscaling the pictures. Default: <see cref="UpscaleOptions"/>' defaults.</summary>
    public UpscaleOptions Upscaling { get; init; } = new();
}
