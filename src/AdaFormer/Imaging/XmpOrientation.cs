using System.Text;
using System.Text.RegularExpressions;

namespace AdaFormer.Imaging;

/// <summary>The orientation in an XMP packet, which repeats EXIF's.</summary>
internal static partial class XmpOrientation
{
    /// <summary>The packet with orientation 1, where it names one, and the same length.</summary>
    public static byte[] MakeUpright(byte[] xmp)
    {
        // Latin-1 takes any bytes and gives them back.
        var text = Encoding.Latin1.GetString(xmp);
        return Encoding.Latin1.GetBytes(Orientation().Replace(text, "${before}1"));
    }

    [GeneratedRegex("""(?<before>tiff:Orientation\s*(=\s*["']|>))[2-8]""")]
    private static partial Regex Orientation();
}
