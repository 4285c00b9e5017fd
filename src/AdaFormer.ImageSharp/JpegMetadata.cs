using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Takes profile, EXIF and XMP from a JPEG's segments as they are. ImageSharp would write EXIF anew, without what it does not know, and takes
/// memory for every value in it, however often they overlap.
/// </summary>
internal static class JpegMetadata
{
    private const byte ApplicationData1 = 0xE1, ApplicationData2 = 0xE2;

    // Which of how many parts it is follows the profile's name.
    private const int PartLength = 2;

    /// <summary>Reads what stands before the pixels; EXIF's density, too.</summary>
    public static PictureMetadata Read(Stream file)
    {
        var segments = JpegSegments.Read(file, 0).Where(segment => segment.Marker is ApplicationData1 or ApplicationData2).ToArray();
        var exif = Together(ApplicationData1, "Exif\0\0"u8);
        return new PictureMetadata
        {
            IccProfile = Together(ApplicationData2, "ICC_PROFILE\0"u8, PartLength),
            Exif = exif,
            Xmp = Together(ApplicationData1, "http://ns.adobe.com/xap/1.0/\0"u8),
            Density = exif is null ? null : ExifData.Density(exif),
        };

        // What does not fit into one segment goes on in the next.
        byte[]? Together(byte marker, ReadOnlySpan<byte> name, int skipped = 0)
        {
            using var all = new MemoryStream();
            foreach (var segment in segments)
            {
                if (segment.Marker == marker && segment.Contents.AsSpan().StartsWith(name) && segment.Contents.Length >= name.Length + skipped)
                    all.Write(segment.Contents.AsSpan(name.Length + skipped));
            }

            return all.Length > 0 ? all.ToArray() : null;
        }
    }
}
