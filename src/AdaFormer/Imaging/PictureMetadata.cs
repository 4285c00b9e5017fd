namespace AdaFormer.Imaging;

/// <summary>What a picture file says beside its pixels, kept through upscaling.</summary>
public sealed record PictureMetadata
{
    /// <summary>The ICC colour profile as in the file; <see langword="null"/> when there is none. It is kept, not applied.</summary>
    public byte[]? IccProfile { get; init; }
}
