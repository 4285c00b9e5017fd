using System.Buffers.Binary;

namespace AdaFormer.Imaging.Png;

/// <summary>Reads a PNG's chunks one by one and checks every CRC; holds only the bytes that the caller reads.</summary>
internal sealed class PngChunkReader(Stream stream)
{
    private readonly byte[] _scratch = new byte[8192];
    private uint _crc;
    private bool _isBetween;

    /// <summary>The type of the chunk being read.</summary>
    public uint Type { get; private set; }

    /// <summary>The chunk's bytes that have not been read yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Losses and guesses so far.</summary>
    public List<PictureWarning> Warnings { get; } = [];

    /// <summary>Whether the checksum of the chunk read last was wrong, which is tolerated in chunks that the pixels do not need.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Whether the file ended between two chunks, or within its end mark.</summary>
    public bool LacksEnd { get; private set; }

    /// <summary>Starts the next chunk; the previous one must have been read or skipped to its end.</summary>
    public void Next()
    {
        var start = _scratch.AsSpan(0, 8);
        _isBetween = true;
        Fill(start);
        _isBetween = false;
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

    /// <summary>Reads the rest of the chunk.</summary>
    public byte[] ReadRest(int maximumLength)
    {
        if (Remaining > maximumLength)
            throw PngFormat.Damaged($"its chunk {PngFormat.Name(Type)} has {Remaining} bytes, expected at most {maximumLength}");
        var bytes = new byte[Remaining];
        for (var count = 0; count < bytes.Length;)
            count += Read(bytes.AsSpan(count));
        return bytes;
    }

    /// <summary>Skips the rest of the chunk, checking its CRC.</summary>
    public void Skip()
    {
        while (Remaining > 0)
            Read(_scratch);
    }

    /// <summary>Says, once of each type, that a chunk of another program is left out.</summary>
    public void WarnOfLoss()
    {
        var loss = new PictureWarning(PictureWarning.Metadata, $"The PNG's chunk {PngFormat.Name(Type)}, of another program or an extension, was left out.");
        if (!Warnings.Contains(loss))
            Warnings.Add(loss);
    }

    /// <summary>Skips the rest of the chunk, unread and unchecked.</summary>
    public void Pass()
    {
        if (Remaining > 0)
            Pass(stream, Remaining);
        Remaining = 0;
    }

    /// <summary>Skips the rest of a chunk that another reader has started: its remaining bytes and its checksum.</summary>
    /// <exception cref="PictureFormatException">The stream ends before that.</exception>
    public static void Pass(Stream stream, int remaining)
    {
        var end = stream.Position + remaining + PngFormat.CrcLength;
        if (end > stream.Length)
            throw PngFormat.Damaged("it ends too early");
        stream.Position = end;
    }

    private void CheckCrc()
    {
        Span<byte> expected = stackalloc byte[4];
        Fill(expected);
        IsDamaged = BinaryPrimitives.ReadUInt32BigEndian(expected) != ~_crc;
        if (IsDamaged && PngFormat.IsOptional(Type))
            Warnings.Add(new PictureWarning(PictureWarning.Checksum, $"The checksum of the PNG's chunk {PngFormat.Name(Type)} is wrong; its content was left out."));
        else if (IsDamaged && Type == PngFormat.End)
            Warnings.Add(new PictureWarning(PictureWarning.Checksum, "The checksum of the PNG's end mark is wrong."));
        else if (IsDamaged)
            throw PngFormat.Damaged($"the checksum of its chunk {PngFormat.Name(Type)} is wrong");
    }

    private void Fill(Span<byte> buffer)
    {
        if (stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw Truncated();
    }

    private PictureFormatException Truncated()
    {
        LacksEnd = Type == PngFormat.End || _isBetween;
        return PngFormat.Damaged("it ends too early");
    }
}

/// <summary>Writes a PNG's chunks; as a stream, it splits the data written to it into IDAT chunks.</summary>
internal sealed class PngChunkWriter(Stream stream) : Stream
{
    private readonly byte[] _data = new byte[64 * 1024];
    private int _count;

    /// <summary>Whether to discard writes: zlib writes its end even when the file is abandoned.</summary>
    public bool Discard { get; set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void WriteChunk(uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> start = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(start, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(start[4..], type);
        stream.Write(start);
        stream.Write(data);
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, ~Crc32.Append(Crc32.Append(Crc32.Start, start[4..]), data));
        stream.Write(crc);
    }

    /// <summary>Writes the buffered data as one chunk.</summary>
    public void EndImageData()
    {
        if (_count > 0)
            WriteChunk(PngFormat.ImageData, _data.AsSpan(0, _count));
        _count = 0;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!Discard && !buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(buffer.Length, _data.Length - _count)];
            part.CopyTo(_data.AsSpan(_count));
            _count += part.Length;
            buffer = buffer[part.Length..];
            if (_count == _data.Length)
                EndImageData();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>The CRC-32 of PNG chunks, eight bytes at a time.</summary>
internal static class Crc32
{
    public const uint Start = 0xFFFFFFFF;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a CRC that began as <see cref="Start"/>; the checksum is the complement of the final value.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][(byte)low] ^ Tables[6][(byte)(low >> 8)] ^ Tables[5][(byte)(low >> 16)] ^ Tables[4][low >> 24]
                ^ Tables[3][(byte)high] ^ Tables[2][(byte)(high >> 8)] ^ Tables[1][(byte)(high >> 16)] ^ Tables[0][high >> 24];
        }

        foreach (var value in bytes)
            crc = Tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var t = 0; t < tables.Length; t++)
        {
            tables[t] = new uint[256];
            for (var i = 0u; i < 256; i++)
                tables[t][i] = t == 0 ? Polynomial(i) : tables[0][(byte)tables[t - 1][i]] ^ (tables[t - 1][i] >> 8);
        }

        return tables;
    }

    private static uint Polynomial(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
        return value;
    }
}
