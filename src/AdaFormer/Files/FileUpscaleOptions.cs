namespace AdaFormer.Files;

/// <summary>How picture files are upscaled.</summary>
public sealed record FileUpscaleOptions
{
    /// <summary>Whether files may be replaced. Default: no.</summary>
    public bool Overwrite { get; init; }

    /// <summary>How the pictures are upscaled. Default: <see cref="UpscaleOptions"/>' defaults.</summary>
    public UpscaleOptions Upscaling { get; init; } = new();
}
