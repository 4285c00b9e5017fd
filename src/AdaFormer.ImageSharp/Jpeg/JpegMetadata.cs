using System.Buffers.Binary;
using AdaFormer.ImageSharp.Tiff;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>
/// Reads profile, EXIF and XMP from a JPEG's segments, and writes EXIF into them, unchanged. ImageSharp would re-encode EXIF without unknown
/// values, and allocates memory for every value, however often they overlap.
/// </summary>
internal static class JpegMetadata
{
    private const byte ApplicationData0 = 0xE0, ApplicationData1 = 0xE1, ApplicationData2 = 0xE2;

    // The profile's name is followed by the part's number and the number of parts.
    private const int PartLength = 2;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    /// <summary>Reads the metadata before the pixels, including EXIF's density.</summary>
    public static PictureMetadata Read(Stream file)
    {
        var segments = JpegSegments.Read(file, 0).Where(segment => segment.Marker is ApplicationData1 or ApplicationData2).ToArray();
        var exif = Together(ApplicationData1, ExifName);
        return new PictureMetadata
        {
            IccProfile = Together(ApplicationData2, "ICC_PROFILE\0"u8, PartLength),
            Exif = exif,
            Xmp = Together(ApplicationData1, "http://ns.adobe.com/xap/1.0/\0"u8),
            Density = exif is null ? null : TiffMetadata.DensityOf(exif),
        };

        // Data that does not fit into one segment continues in the next.
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

    /// <summary>Writes a JPEG with EXIF data that fits into a segment, after its first segment if that is JFIF.</summary>
    /// <param name="jpeg">The file without EXIF.</param>
    /// <param name="exif">The data; <see langword="null"/> for none.</param>
    /// <param name="target">The stream to write to.</param>
    public static void WriteWithExif(ReadOnlySpan<byte> jpeg, byte[]? exif, Stream target)
    {
        var header = jpeg[3] == ApplicationData0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[4..]) : 2;
        target.Write(jpeg[..header]);
        if (exif is not null)
        {
            Span<byte> start = [0xFF, ApplicationData1, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(start[2..], checked((ushort)(2 + ExifName.Length + exif.Length)));
            target.Write(start);
            target.Write(ExifName);
            target.Write(exif);
        }

        target.Write(jpeg[header..]);
    }
}
