using System.Buffers;
using System.Text;

namespace AdaFormer.Imaging;

/// <summary>Guesses a file's type from its first bytes, so that a message can name what was given instead of a picture.</summary>
internal static class FileSignature
{
    /// <summary>Number of bytes that <see cref="Describe"/> needs.</summary>
    public const int Length = 256;

    private static readonly SearchValues<byte> TextBytes = SearchValues.Create([(byte)'\t', (byte)'\n', (byte)'\r', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value)]);

    private static readonly (int Offset, byte[] Bytes, string Look)[] Signatures =
    [
        (0, [0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG"),
        (0, [0xFF, 0xD8, 0xFF], "a JPEG"),
        (0, "GIF8"u8.ToArray(), "a GIF"),
        (0, "BM"u8.ToArray(), "a BMP"),
        (0, "II*\0"u8.ToArray(), "a TIFF"),
        (0, "MM\0*"u8.ToArray(), "a TIFF"),
        (8, "WEBP"u8.ToArray(), "a WebP"),
        (4, "ftypavif"u8.ToArray(), "an AVIF"),
        (4, "ftyphei"u8.ToArray(), "a HEIC"),
        (4, "ftypmif1"u8.ToArray(), "a HEIC"),
        (4, "ftypmsf1"u8.ToArray(), "a HEIC"),
        (4, "ftypcrx"u8.ToArray(), "a camera's raw data"),
        (4, "ftyp"u8.ToArray(), "a video"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "a video"),
        (0, "FUJIFILMCCD-RAW"u8.ToArray(), "a camera's raw data"),
        (0, "IIRO"u8.ToArray(), "a camera's raw data"),
        (0, "IIU\0"u8.ToArray(), "a camera's raw data"),
        (0, [(byte)'I', (byte)'I', 0xBC, 1], "a JPEG XR"),
        (0, [0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000"),
        (0, [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L'], "a JPEG XL"),
        (0, [0xFF, 0x0A], "a JPEG XL"),
        (0, "DDS "u8.ToArray(), "a DDS texture"),
        (0, [0xAB, (byte)'K', (byte)'T', (byte)'X'], "a KTX texture"),
        (0, "VTF\0"u8.ToArray(), "a VTF texture"),
        (0, "8BPS"u8.ToArray(), "a Photoshop document"),
        (0, "gimp xcf"u8.ToArray(), "a GIMP document"),
        (0, "qoif"u8.ToArray(), "a QOI"),
        (0, [0x76, 0x2F, 0x31, 0x01], "an OpenEXR"),
        (0, "#?RADIANCE"u8.ToArray(), "a Radiance HDR"),
        (0, "PF\n"u8.ToArray(), "a PFM"),
        (0, "Pf\n"u8.ToArray(), "a PFM"),
        (0, "P7\n"u8.ToArray(), "a PAM"),
        (0, [0, 0, 1, 0], "a Windows icon"),
        (0, [0, 0, 2, 0], "a Windows cursor"),
        (0, "icns"u8.ToArray(), "an Apple icon"),
        (0, [0x8A, (byte)'M', (byte)'N', (byte)'G'], "an MNG"),
        (0, [0x8B, (byte)'J', (byte)'N', (byte)'G'], "a JNG"),
        (0, [0x0A, 5, 1], "a PCX"),
        (0, [0x01, 0xDA], "an SGI picture"),
        (0, [0x59, 0xA6, 0x6A, 0x95], "a Sun raster"),
        (0, "FLIF"u8.ToArray(), "a FLIF"),
        (0, [(byte)'B', (byte)'P', (byte)'G', 0xFB], "a BPG"),
        (8, "ILBM"u8.ToArray(), "an IFF picture"),
        (0, [0xD7, 0xCD, 0xC6, 0x9A], "a Windows metafile"),
        (0, "%!PS"u8.ToArray(), "PostScript"),
        (0, "SIMPLE  ="u8.ToArray(), "a FITS"),
        (0, "version https://git-lfs"u8.ToArray(), "a pointer of Git LFS; fetch the file itself"),
        (0, "\0\0\0\fjP  "u8.ToArray(), "a JPEG 2000"),
        (0, "%PDF"u8.ToArray(), "a PDF"),
        (0, [(byte)'P', (byte)'K', 3, 4], "a ZIP archive"),
        (0, "Rar!"u8.ToArray(), "a RAR archive"),
        (0, [0x1F, 0x8B], "gzip data"),
    ];

    /// <summary>A description such as "a JPEG", "an HTML page" or "an empty file".</summary>
    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "an empty file";
        foreach (var (offset, bytes, look) in Signatures)
        {
            if (start.Length > offset && start[offset..].StartsWith(bytes))
                return look;
        }

        if (start.ContainsAnyExcept(TextBytes))
            return $"unknown data that begins with {Convert.ToHexString(start[..Math.Min(8, start.Length)])}";
        var text = Encoding.ASCII.GetString(start).TrimStart();
        var html = text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        return html ? "an HTML page" : text.StartsWith('<') && text.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? "an SVG" : "text";
    }
}
