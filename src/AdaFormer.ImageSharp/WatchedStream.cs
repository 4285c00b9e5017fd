using System.Runtime.ExceptionServices;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp;

/// <summary>
/// A picture's file as passed to a library: its first byte is at position 0, zeros can follow its end, and it remembers whether reading the file
/// itself failed, which does not mean that the picture is damaged.
/// </summary>
/// <param name="file">The file from its first byte; it can seek, and the caller disposes it.</param>
internal sealed class WatchedStream(Stream file) : Stream
{
    private readonly long _first = file.Position;
    private readonly long _real = file.Length - file.Position;
    private long _position;
    private long _padded;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether reading the file failed.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Decodes. Whatever a decoder makes of damaged data is a <see cref="PictureFormatException"/>.</summary>
    /// <exception cref="PictureFormatException">The picture is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public T Decode<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception e)
        {
            _failure?.Throw();
            if (e is PictureFormatException or OutOfMemoryException)
                throw;
            // Damaged files make the decoders fail in many ways, including index errors.
            throw new PictureFormatException($"The picture is damaged or of an unsupported kind: {e.Message} Get the file again or convert it to PNG.", e);
        }
    }

    /// <summary>Opens rows that are decoded while they are read.</summary>
    /// <exception cref="PictureFormatException">The picture is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IPictureRows Rows(Func<IPictureRows> open) => new WatchedRows(this, Decode(open));

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => Math.Max(_real, _padded);

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Makes the file this long, with zeros behind its end.</summary>
    public void PadTo(long length) => _padded = length;

    public override int Read(Span<byte> buffer)
    {
        if (_position >= _real)
        {
            var zeros = (int)Math.Clamp(_padded - _position, 0, buffer.Length);
            buffer[..zeros].Clear();
            _position += zeros;
            return zeros;
        }

        int count;
        try
        {
            file.Position = _first + _position;
            count = file.Read(buffer);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };
        return _position = target >= 0 ? target : throw new IOException($"There is no byte {target}.");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private sealed class WatchedRows(WatchedStream file, IPictureRows rows) : IPictureRows
    {
        private int _next;

        public PictureInfo Info => rows.Info;

        public long BytesHeld => rows.BytesHeld;

        public Picture? Whole => rows.Whole;

        public IReadOnlyList<PictureWarning> Warnings => rows.Warnings;

        public void ReadRow(Picture target, int y)
        {
            if (_next == Info.Height)
                throw new InvalidOperationException($"All {Info.Height} rows have been read.");
            file.Decode(() =>
            {
                rows.ReadRow(target, y);
                return _next++;
            });
        }

        public void Dispose() => rows.Dispose();
    }
}
