using System.IO.Compression;

namespace AdaFormer.Imaging;

/// <summary>The filtered rows of a PNG, out of its IDAT chunks, which are one zlib stream cut anywhere.</summary>
internal sealed class PngImageData : IDisposable
{
    private readonly ConcatenatedChunks _chunks;
    private readonly ZLibStream _rows;

    public PngImageData(PngChunkReader chunks)
    {
        _chunks = new ConcatenatedChunks(chunks);
        _rows = new ZLibStream(_chunks, CompressionMode.Decompress);
    }

    /// <summary>Fills the buffer with the next bytes.</summary>
    public void Read(Span<byte> buffer)
    {
        if (ReadSome(buffer) < buffer.Length)
            throw PngFormat.Damaged("it has fewer rows than its header claims");
    }

    /// <summary>Reads the next row and undoes its filter.</summary>
    /// <param name="row">Where it goes.</param>
    /// <param name="above">The row above; zeros above the first row.</param>
    /// <param name="distance">Bytes to the pixel on the left.</param>
    public void ReadRow(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        Span<byte> filter = stackalloc byte[1];
        Read(filter);
        Read(row);
        PngFilter.Undo(filter[0], row, above, distance);
    }

    /// <summary>Makes zlib check its own checksum, which it does only when asked for more than there is.</summary>
    public void Finish() => ReadSome(stackalloc byte[1]);

    public void Dispose() => _rows.Dispose();

    private int ReadSome(Span<byte> buffer)
    {
        try
        {
            return _rows.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !_chunks.Failed))
        {
            throw PngFormat.Damaged("its pixels cannot be decompressed", e);
        }
    }

    private sealed class ConcatenatedChunks(PngChunkReader chunks) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>Whether the file could not be read. An IOException without that is zlib's word for data that it does not know.</summary>
        public bool Failed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                while (chunks.Remaining == 0)
                {
                    if (chunks.Type != PngFormat.ImageData)
                        return 0;
                    chunks.Next();
                }

                return chunks.Type == PngFormat.ImageData ? chunks.Read(buffer) : 0;
            }
            catch (IOException)
            {
                Failed = true;
                throw;
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
