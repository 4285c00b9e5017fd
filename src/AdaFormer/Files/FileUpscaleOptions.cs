namespace AdaFormer.Files;

/// <summary>How picture files are upscaled.</summary>
public sealed record FileUpscaleOptions
{
    /// <summary>Whether files may be replaced. Default: no.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// The most pixels that an output may have; larger ones are refused from the input's header, before its pixels are decoded. Default:
    /// 2^32, 65,536×65,536.
    /// </summary>
    public long MaximumOutputPixels { get; init; } = 1L << 32;

    /// <summary>
    /// The size of the results: the models whose scales come nearest above it, as many times as it takes, and an antialiased bicubic resample
    /// down to it. Default: <see langword="null"/>, the model's scale.
    /// </summary>
    public TargetSize? TargetSize { get; init; }

    /// <summary>How the pictures are upscaled. Default: <see cref="UpscaleOptions"/>' defaults.</summary>
    public UpscaleOptions Upscaling { get; init; } = new();
}
