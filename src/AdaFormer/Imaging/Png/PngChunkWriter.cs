using System.Buffers.Binary;

namespace AdaFormer.Imaging;

/// <summary>Writes a PNG's chunks; written to as a stream, it cuts what it gets into IDAT chunks.</summary>
internal sealed class PngChunkWriter(Stream stream) : Stream
{
    private readonly byte[] _data = new byte[64 * 1024];
    private int _count;

    /// <summary>Whether to pass over what is written: zlib writes its end even when it is given up.</summary>
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

    /// <summary>Writes what has been gathered as one chunk.</summary>
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
