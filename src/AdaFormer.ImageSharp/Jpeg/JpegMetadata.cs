using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>
/// Profile, EXIF and XMP in a JPEG's segments, and EXIF into them, as they are. ImageSharp would write EXIF anew, without what it does not
/// know, and takes memory for every value in it, however often they overlap.
/// </summary>
internal static class JpegMetadata
{
    private const byte ApplicationData0 = 0xE0, ApplicationData1 = 0xE1, ApplicationData2 = 0xE2;

    // Which of how many parts it is follows the profile's name.
    private const int PartLength = 2;

    private const int Block = 1 << 16;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    /// <summary>Reads what stands before the pixels; EXIF's density, too.</summary>
    public static PictureMetadata Read(Stream file)
    {
        var segments = JpegSegments.Read(file, 0).Where(segment => segment.Marker is ApplicationData1 or ApplicationData2).ToArray();
        var exif = Together(ApplicationData1, ExifName);
        return new PictureMetadata
        {
            IccProfile = Together(ApplicationData2, "ICC_PROFILE\0"u8, PartLength),
            Exif = exif,
            Xmp = Together(ApplicationData1, "http://ns.adobe.com/xap/1.0/\0"u8),
            Density = exif is null ? null : MetadataCopy.DensityOf(exif),
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

    /// <summary>Whether any JPEG in a file could have EXIF data: the name of its segment is found somewhere, before or behind the pixels.</summary>
    public static bool MayHaveExif(Stream file)
    {
        var block = new byte[Block];
        var kept = 0;
        file.Position = 0;
        while (file.Read(block.AsSpan(kept)) is > 0 and var count)
        {
            var bytes = block.AsSpan(0, kept + count);
            if (bytes.IndexOf(ExifName) >= 0)
                return true;
            // The name may begin in one block and end in the next.
            kept = Math.Min(bytes.Length, ExifName.Length - 1);
            bytes[^kept..].CopyTo(block);
        }

        return false;
    }

    /// <summary>Writes a JPEG with EXIF data, which fit into a segment, behind its first segment if that is JFIF's.</summary>
    /// <param name="jpeg">The file without EXIF.</param>
    /// <param name="exif">The data; <see langword="null"/> for none.</param>
    /// <param name="target">Where the file goes.</param>
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
