using System.Buffers.Binary;

namespace AdaFormer.Imaging;

/// <summary>Goes through a PNG's chunks, checking every CRC, and holds no more of one than its caller asks for.</summary>
internal sealed class PngChunkReader(Stream stream)
{
    private readonly byte[] _scratch = new byte[8192];
    private uint _crc;

    /// <summary>The type of the chunk being read.</summary>
    public uint Type { get; private set; }

    /// <summary>The chunk's bytes that have not been read yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Begins the next chunk; the one before must have been read or skipped to its end.</summary>
    public void Next()
    {
        var start = _scratch.AsSpan(0, 8);
        Fill(start);
        var length = BinaryPrimitives.ReadUInt32BigEndian(start);
        Type = BinaryPrimitives.ReadUInt32BigEndian(start[4..]);
        if (length > int.MaxValue)
            throw PngFormat.Damaged($"its chunk {PngFormat.Name(Type)} claims {length} bytes");
        Remaining = (int)length;
        _crc = Crc32.Append(Crc32.Start, start[4..]);
        if (Remaining == 0)
            CheckCrc();
    }

    /// <summary>Reads some of the chunk's bytes, at most <see cref="Remaining"/>; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        var wanted = buffer[..Math.Min(buffer.Length, Remaining)];
        if (wanted.IsEmpty)
            return 0;
        var count = stream.Read(wanted);
        if (count == 0)
            throw Truncated();
        _crc = Crc32.Append(_crc, wanted[..count]);
        Remaining -= count;
        if (Remaining == 0)
            CheckCrc();
        return count;
    }

    /// <summary>Reads all that is left of the chunk.</summary>
    public byte[] ReadRest(int maximumLength)
    {
        if (Remaining > maximumLength)
            throw PngFormat.Damaged($"its chunk {PngFormat.Name(Type)} has {Remaining} bytes, expected at most {maximumLength}");
        var bytes = new byte[Remaining];
        for (var count = 0; count < bytes.Length;)
            count += Read(bytes.AsSpan(count));
        return bytes;
    }

    /// <summary>Passes over what is left of the chunk.</summary>
    public void Skip()
    {
        while (Remaining > 0)
            Read(_scratch);
    }

    /// <summary>Passes over what is left of the chunk, unread and unchecked.</summary>
    public void Pass()
    {
        if (Remaining > 0)
            Pass(stream, Remaining);
        Remaining = 0;
    }

    /// <summary>Passes over a chunk that somebody else began to read: so many bytes of it and its checksum.</summary>
    /// <exception cref="PictureFormatException">The stream ends before.</exception>
    public static void Pass(Stream stream, int remaining)
    {
        var end = stream.Position + remaining + PngFormat.CrcLength;
        if (end > stream.Length)
            throw Truncated();
        stream.Position = end;
    }

    private void CheckCrc()
    {
        Span<byte> expected = stackalloc byte[4];
        Fill(expected);
        if (BinaryPrimitives.ReadUInt32BigEndian(expected) != ~_crc)
            throw PngFormat.Damaged($"the checksum of its chunk {PngFormat.Name(Type)} is wrong");
    }

    private void Fill(Span<byte> buffer)
    {
        if (stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw Truncated();
    }

    private static PictureFormatException Truncated() => PngFormat.Damaged("it ends too early");
}
