using System.Text;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>What a JPEG has beside a picture and metadata that can be kept.</summary>
internal static class JpegExtras
{
    private const byte FirstApplicationData = 0xE0, LastApplicationData = 0xEF, Profile = 0xE2, Adobe = 0xEE;

    // What JpegMetadata reads, and how strongly a program compressed the file.
    private static readonly (byte Marker, byte[] Start)[] Known =
    [
        .. new (int Marker, string Start)[]
        {
            (0xE1, "Exif\0"), (0xE1, "http://ns.adobe.com/xap/1.0/\0"), (0xE1, "http://ns.adobe.com/xmp/extension/\0"), (Profile, "ICC_PROFILE\0"), (Profile, "MPF\0"), (0xEC, "Ducky"), (0xED, "Photoshop 3.0\0"),
        }.Select(known => ((byte)known.Marker, Encoding.ASCII.GetBytes(known.Start))),
    ];

    // Google's camera metadata; the video follows the picture's end.
    private static readonly byte[][] MotionPhoto = [.. new[] { ":MotionPhoto=\"1\"", ":MotionPhoto='1'", ":MotionPhoto>1<", ":MicroVideo=\"1\"", ":MicroVideo='1'", ":MicroVideo>1<" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>A warning for each kind.</summary>
    /// <param name="segments">The segments before the pixels.</param>
    /// <param name="xmp">The XMP packet, if there is one.</param>
    public static IEnumerable<PictureWarning> Warnings(IReadOnlyCollection<(byte Marker, byte[] Contents)> segments, byte[]? xmp)
    {
        if (segments.Any(segment => segment.Marker == Profile && segment.Contents.AsSpan().StartsWith("MPF\0"u8)))
            yield return new PictureWarning(PictureWarning.Frames, "The JPEG holds further pictures, such as a gain map for HDR or another view; only the first was read.");
        if (xmp is not null && MotionPhoto.Any(mark => xmp.AsSpan().IndexOf(mark) >= 0))
            yield return new PictureWarning(PictureWarning.Frames, "The JPEG is a motion photo; its video was left out.");
        var others = segments.Where(IsOther).Select(segment => $"APP{segment.Marker - FirstApplicationData}").Distinct().ToArray();
        if (others.Length > 0)
            yield return new PictureWarning(PictureWarning.Metadata, $"The JPEG has data of other programs or its camera ({string.Join(", ", others)}), which were left out.");
    }

    private static bool IsOther((byte Marker, byte[] Contents) segment) =>
        segment.Marker is > FirstApplicationData and <= LastApplicationData and not Adobe && segment.Contents.Length > 0
        && !Known.Any(known => known.Marker == segment.Marker && segment.Contents.AsSpan().StartsWith(known.Start));
}
