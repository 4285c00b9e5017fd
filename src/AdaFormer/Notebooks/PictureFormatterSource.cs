using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Notebooks;

/// <summary>Shows pictures as PNG, which a notebook stores as base64.</summary>
internal sealed class PictureFormatterSource
{
    public const string MimeType = "image/png";

    public IEnumerable<object> CreateTypeFormatters() => [new TypeFormatter<Picture>(MimeType, Base64)];

    private static string Base64(Picture picture)
    {
        using var png = new MemoryStream();
        PngFile.Save(picture, png);
        return Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }
}
