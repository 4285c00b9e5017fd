using System.Buffers.Binary;
using System.IO.Compression;

namespace AdaFormer.Tests.Imaging;

/// <summary>
/// A PNG encoder apart from the one under test, written from the specification a bit at a time, with any choice the format allows.
/// </summary>
internal sealed record PlainPng(int Width, int Height, int ColorType, int BitDepth)
{
    private static readonly int[][] Adam7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

    /// <summary>A sample as the file holds it: x, y, channel.</summary>
    public Func<int, int, int, int> Sample { get; init; } = (_, _, _) => 0;

    /// <summary>The filter type of a row of a pass.</summary>
    public Func<int, int> Filter { get; init; } = row => row % 5;

    public bool Interlaced { get; init; }

    public byte[]? Palette { get; init; }

    public byte[]? Transparency { get; init; }

    /// <summary>Where to cut the compressed data into IDAT chunks.</summary>
    public int DataLength { get; init; } = int.MaxValue;

    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public byte[] Encode()
    {
        var chunks = new List<byte[]> { new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }, Chunk("IHDR", HeaderBytes()) };
        if (Palette is not null)
            chunks.Add(Chunk("PLTE", Palette));
        if (Transparency is not null)
            chunks.Add(Chunk("tRNS", Transparency));
        chunks.AddRange(Compressed().Chunk(DataLength).Select(part => Chunk("IDAT", part)));
        chunks.Add(Chunk("IEND", []));
        return Join(chunks);
    }

    public byte[] HeaderBytes()
    {
        var bytes = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Height);
        (bytes[8], bytes[9], bytes[12]) = ((byte)BitDepth, (byte)ColorType, (byte)(Interlaced ? 1 : 0));
        return bytes;
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        var bytes = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        for (var i = 0; i < 4; i++)
            bytes[4 + i] = (byte)type[i];
        data.CopyTo(bytes, 8);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + data.Length), Crc(bytes.AsSpan(4, 4 + data.Length)));
        return bytes;
    }

    public static byte[] Join(IEnumerable<byte[]> parts) => parts.SelectMany(part => part).ToArray();

    public byte[] Compressed()
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var pass in Interlaced ? Adam7 : [[0, 0, 1, 1]])
                WritePass(zlib, pass[0], pass[1], pass[2], pass[3]);
        }

        return result.ToArray();
    }

    private void WritePass(Stream stream, int firstX, int firstY, int stepX, int stepY)
    {
        if (firstX >= Width)
            return;
        var columns = (Width - 1 - firstX) / stepX + 1;
        var above = new byte[(columns * Channels * BitDepth + 7) / 8];
        for (var (y, row) = (firstY, 0); y < Height; y += stepY, row++)
        {
            var raw = RawRow(y, firstX, stepX, columns);
            stream.Write(Filtered(Filter(row), raw, above));
            above = raw;
        }
    }

    /// <summary>A row of a picture that is not interlaced, with its filter type before it.</summary>
    public byte[] FilteredRow(int y, int filter)
    {
        var raw = RawRow(y, 0, 1, Width);
        return Filtered(filter, raw, y == 0 ? new byte[raw.Length] : RawRow(y - 1, 0, 1, Width));
    }

    private byte[] RawRow(int y, int firstX, int stepX, int columns)
    {
        var raw = new byte[(columns * Channels * BitDepth + 7) / 8];
        for (var i = 0; i < columns * Channels; i++)
        for (var bit = 0; bit < BitDepth; bit++)
        {
            var sample = Sample(firstX + i / Channels * stepX, y, i % Channels);
            var position = i * BitDepth + bit;
            raw[position / 8] |= (byte)(((sample >> (BitDepth - 1 - bit)) & 1) << (7 - position % 8));
        }

        return raw;
    }

    private byte[] Filtered(int filter, byte[] raw, byte[] above)
    {
        var distance = Math.Max(1, Channels * BitDepth / 8);
        return [(byte)filter, .. raw.Select((value, i) => (byte)(value - Prediction(filter, raw, above, i, distance)))];
    }

    private static int Prediction(int filter, byte[] row, byte[] above, int i, int distance)
    {
        int a = i >= distance ? row[i - distance] : 0, b = above[i], c = i >= distance ? above[i - distance] : 0;
        var p = a + b - c;
        var nearest = new[] { a, b, c }.MinBy(value => Math.Abs(p - value));
        return filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 };
    }

    /// <summary>A chunk's checksum, of its type and its data.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
