using System.Buffers.Binary;
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

    private const int Block = 1 << 16, PerInch = 1, PerCentimetre = 2;

    private const double CentimetresPerInch = 2.54;

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
            Density = Density(file) ?? (exif is null ? null : MetadataCopy.DensityOf(exif)),
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

    // JFIF, 0, version, unit, density across and down (ITU-T T.871, 10.1).
    private static PixelDensity? Density(Stream file)
    {
        var jfif = JpegSegments.Read(file, 0).FirstOrDefault(segment => segment.Marker == ApplicationData0 && segment.Contents.AsSpan().StartsWith("JFIF\0"u8)).Contents;
        if (jfif is not { Length: >= 12 } || jfif[7] is not (PerInch or PerCentimetre))
            return null;
        var (across, down) = (BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(8)), BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(10)));
        var factor = jfif[7] == PerCentimetre ? CentimetresPerInch : 1;
        return across > 0 && down > 0 ? new PixelDensity(across * factor, down * factor) : null;
    }

    /// <summary>Whether any JPEG in a file could have EXIF data: the name of its segment occurs somewhere, before or after the pixels.</summary>
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
