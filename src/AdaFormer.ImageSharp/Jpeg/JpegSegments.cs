using System.Buffers.Binary;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Reads the segments of a JPEG before its pixels (ITU-T T.81, annex B), located as ImageSharp does.</summary>
internal static class JpegSegments
{
    private const byte Mark = 0xFF, Start = 0xD8, End = 0xD9, StartOfScan = 0xDA;

    /// <summary>The segments with their markers, up to the first scan; none if no JPEG begins at this position.</summary>
    public static IEnumerable<(byte Marker, byte[] Contents)> Read(Stream file, long at)
    {
        var two = new byte[2];
        file.Position = at;
        if (!Read(two) || two is not [Mark, Start])
            yield break;
        while (Read(two))
        {
            if (two[0] != Mark)
                continue;
            int marker = two[1];
            while (marker == Mark)
                marker = file.ReadByte();
            if (marker is < 0 or StartOfScan or End || !Read(two))
                yield break;
            if (!HasContents(marker))
                continue;
            var contents = new byte[Math.Max(BinaryPrimitives.ReadUInt16BigEndian(two) - two.Length, 0)];
            if (!Read(contents))
                yield break;
            yield return ((byte)marker, contents);
        }

        bool Read(byte[] bytes) => file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }

    private static bool HasContents(int marker) => marker is (>= 0xC0 and <= 0xCF and not 0xC8) or 0xDB or 0xDD or (>= 0xE0 and <= 0xEF) or 0xFE;
}
