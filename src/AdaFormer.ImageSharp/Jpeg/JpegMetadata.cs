using System.Buffers;
using System.Buffers.Binary;
using AdaFormer.ImageSharp.Tiff;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>
/// Reads profile, EXIF, XMP, IPTC and comments from a JPEG's segments, and writes them unchanged. ImageSharp would re-encode EXIF without unknown
/// values, and allocates memory for every value, however often they overlap.
/// </summary>
internal static class JpegMetadata
{
    /// <summary>What fits into a segment after the name of EXIF, of XMP, and of nothing.</summary>
    public const int MaximumExif = 65_527, MaximumXmp = 65_502, MaximumComment = 65_533;

    private const byte ApplicationData0 = 0xE0, ApplicationData1 = 0xE1, ApplicationData2 = 0xE2, ApplicationData13 = 0xED, ApplicationData15 = 0xEF, Comment = 0xFE;

    // The profile's name is followed by the part's number and the number of parts; a part of extended XMP by hash, whole length and place.
    private const int PartLength = 2, HashLength = 32, ExtensionHeader = HashLength + 8, SegmentLength = 65_533;

    private const int PerInch = 1, PerCentimetre = 2;

    private const double CentimetresPerInch = 2.54;

    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> ExtensionName => "http://ns.adobe.com/xmp/extension/\0"u8;

    private static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    /// <summary>Reads the metadata before the pixels, including EXIF's density.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="warnings">Collects what is left out.</param>
    public static PictureMetadata Read(Stream file, ICollection<PictureWarning> warnings)
    {
        var segments = JpegSegments.Read(file, 0).Where(segment => segment.Marker is (>= ApplicationData0 and <= ApplicationData15) or Comment).ToArray();
        var exif = Together(ApplicationData1, ExifName);
        var xmp = Together(ApplicationData1, XmpName);
        var (iptc, resources) = PhotoshopBlock.Read(Together(ApplicationData13, PhotoshopName));
        var parts = segments.Where(segment => Is(segment, ApplicationData1, ExtensionName, ExtensionHeader)).Select(segment => segment.Contents[ExtensionName.Length..]).ToArray();
        var extended = Extended(parts, xmp);
        if (parts.Length > 0 && extended is null)
            warnings.Add(new PictureWarning(PictureWarning.Metadata, "The JPEG's extended XMP is damaged or not the one that its XMP names, and was left out."));
        foreach (var warning in JpegExtras.Warnings(segments, xmp))
            warnings.Add(warning);
        return new PictureMetadata
        {
            IccProfile = Together(ApplicationData2, "ICC_PROFILE\0"u8, PartLength),
            Exif = exif,
            Xmp = xmp,
            ExtendedXmp = extended,
            Iptc = iptc,
            PhotoshopResources = resources,
            JpegComments = [.. segments.Where(segment => segment.Marker == Comment && segment.Contents.Length > 0).Select(segment => segment.Contents)],
            Density = Density(segments) ?? (exif is null ? null : TiffMetadata.DensityOf(exif)),
        };

        // Data that does not fit into one segment continues in the next.
        byte[]? Together(byte marker, ReadOnlySpan<byte> name, int skipped = 0)
        {
            using var all = new MemoryStream();
            foreach (var segment in segments)
            {
                if (Is(segment, marker, name, skipped))
                    all.Write(segment.Contents.AsSpan(name.Length + skipped));
            }

            return all.Length > 0 ? all.ToArray() : null;
        }
    }

    /// <summary>Writes a JPEG with metadata, after its first segment if that is JFIF; what does not fit into a segment is left out.</summary>
    /// <param name="jpeg">The file with profile and density, but without the rest.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="target">The stream to write to.</param>
    public static void Write(ReadOnlySpan<byte> jpeg, PictureMetadata metadata, Stream target)
    {
        var header = jpeg[3] == ApplicationData0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[4..]) : 2;
        target.Write(jpeg[..header]);
        if (metadata.Exif?.Length <= MaximumExif)
            Segment(target, ApplicationData1, ExifName, metadata.Exif);
        if (metadata.Xmp?.Length <= MaximumXmp)
            Segment(target, ApplicationData1, XmpName, metadata.Xmp);
        if (metadata.ExtendedXmp is { } extended && HashIn(metadata.Xmp) is { } hash)
            WriteExtended(target, extended, hash);
        foreach (var part in (PhotoshopBlock.Write(metadata.Iptc, metadata.PhotoshopResources) ?? []).Chunk(SegmentLength - PhotoshopName.Length))
            Segment(target, ApplicationData13, PhotoshopName, part);
        foreach (var comment in metadata.JpegComments.Where(comment => comment.Length <= MaximumComment))
            Segment(target, Comment, [], comment);
        target.Write(jpeg[header..]);
    }

    private static bool Is((byte Marker, byte[] Contents) segment, byte marker, ReadOnlySpan<byte> name, int skipped = 0) =>
        segment.Marker == marker && segment.Contents.AsSpan().StartsWith(name) && segment.Contents.Length >= name.Length + skipped;

    private static void Segment(Stream target, byte marker, ReadOnlySpan<byte> name, ReadOnlySpan<byte> contents)
    {
        Span<byte> start = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(start[2..], checked((ushort)(2 + name.Length + contents.Length)));
        target.Write(start);
        target.Write(name);
        target.Write(contents);
    }

    // The parts of the hash that the packet names, which must lie side by side and be all that is said (XMP specification, part 3, 1.1.3.1).
    private static byte[]? Extended(IEnumerable<byte[]> parts, byte[]? xmp)
    {
        if (HashIn(xmp) is not { } hash)
            return null;
        using var all = new MemoryStream();
        var length = 0u;
        foreach (var part in parts.Where(part => part.AsSpan().StartsWith(hash)).OrderBy(part => BinaryPrimitives.ReadUInt32BigEndian(part.AsSpan(HashLength + 4))))
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(part.AsSpan(HashLength));
            if (BinaryPrimitives.ReadUInt32BigEndian(part.AsSpan(HashLength + 4)) != all.Length)
                return null;
            all.Write(part.AsSpan(ExtensionHeader));
        }

        return all.Length > 0 && all.Length == length ? all.ToArray() : null;
    }

    private static byte[]? HashIn(byte[]? xmp)
    {
        if (xmp is null)
            return null;
        // As an attribute or as an element: some signs, then the hash.
        var note = xmp.AsSpan();
        var at = note.IndexOf(":HasExtendedXMP"u8);
        if (at < 0)
            return null;
        note = note[(at + ":HasExtendedXMP"u8.Length)..].TrimStart("= \t\r\n\"'>"u8);
        return note.Length < HashLength || note[..HashLength].ContainsAnyExcept(Hexadecimal) ? null : note[..HashLength].ToArray();
    }

    private static void WriteExtended(Stream target, byte[] extended, byte[] hash)
    {
        var place = 0;
        var header = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(header, extended.Length);
        foreach (var part in extended.Chunk(SegmentLength - ExtensionName.Length - ExtensionHeader))
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), place);
            Segment(target, ApplicationData1, [.. ExtensionName, .. hash, .. header], part);
            place += part.Length;
        }
    }

    // JFIF, 0, version, unit, density across and down (ITU-T T.871, 10.1).
    private static PixelDensity? Density(IEnumerable<(byte Marker, byte[] Contents)> segments)
    {
        var jfif = segments.FirstOrDefault(segment => Is(segment, ApplicationData0, "JFIF\0"u8)).Contents;
        if (jfif is not { Length: >= 12 } || jfif[7] is not (PerInch or PerCentimetre))
            return null;
        var (across, down) = (BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(8)), BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(10)));
        var factor = jfif[7] == PerCentimetre ? CentimetresPerInch : 1;
        return across > 0 && down > 0 ? new PixelDensity(across * factor, down * factor) : null;
    }
}
