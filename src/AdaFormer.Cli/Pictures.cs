using AdaFormer.Imaging;

namespace AdaFormer.Cli;

/// <summary>The picture formats of this build: PNG, and what the optional parts add.</summary>
internal static partial class Pictures
{
    public static PictureReader Reader()
    {
        var decoders = new List<IPictureDecoder> { new PngDecoder() };
        AddDecoders(decoders);
        return new PictureReader(decoders);
    }

    /// <exception cref="NotSupportedException">The name does not end in .png.</exception>
    public static void RequireWritable(string path)
    {
        if (!Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new NotSupportedException($"'{path}' cannot be written: only PNG is, so the name has to end in .png.");
    }

    static partial void AddDecoders(List<IPictureDecoder> decoders);
}
