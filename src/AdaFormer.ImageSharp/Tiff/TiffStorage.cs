using System.Globalization;
using AdaFormer.Imaging;
using BitMiracle.LibTiff.Classic;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// A page as LibTiff.NET gets it: the file, with a directory behind it that holds nothing but how this page is stored, so that no other page,
/// no metadata and nothing ambiguous in the file concerns it.
/// </summary>
internal sealed class TiffStorage : TiffStream
{
    private const long MaximumLength = uint.MaxValue - (1 << 20);
    private readonly Stream _file;
    private readonly long _directoryStart;
    private readonly byte[] _header;
    private readonly byte[] _directory;
    private long _position;

    // While a page is opened, LibTiff.NET does not say whose message it is.
    [ThreadStatic]
    private static TiffStorage? t_opened;

    private static readonly TiffErrorHandler Others = LibTiff.SetErrorHandler(new Messages());

    /// <summary>Puts the page's directory behind the file.</summary>
    public TiffStorage(Stream file, TiffFile tiff, TiffPage page)
    {
        _file = file;
        _directoryStart = (file.Length + 1) / 2 * 2;
        // LibTiff.NET does not read a BigTIFF whose numbers start with the most significant byte, so it gets one only where it must.
        var isBig = file.Length > MaximumLength;
        var offsetLength = isBig ? 8 : 4;
        byte[] order = tiff.IsBigEndian ? [(byte)'M', (byte)'M'] : [(byte)'I', (byte)'I'];
        _header = [.. order, .. isBig ? [.. tiff.Bytes(43, 2), .. tiff.Bytes(8, 2), 0, 0] : tiff.Bytes(42, 2), .. tiff.Bytes(_directoryStart, offsetLength)];
        _directory = Directory(tiff, page, isBig ? 8 : 2, offsetLength, _directoryStart);
    }

    /// <summary>The last thing that LibTiff.NET found wrong with the page; <see langword="null"/> if nothing.</summary>
    public string? Failure { get; private set; }

    /// <summary>Opens the page.</summary>
    /// <exception cref="PictureFormatException">LibTiff.NET cannot read its directory.</exception>
    public LibTiff Open()
    {
        t_opened = this;
        try
        {
            var page = LibTiff.ClientOpen("TIFF", "r", this, this) ?? throw TiffFile.Damaged(Failure ?? "its directory cannot be read");
            // What was said so far is about the directory, which has been checked.
            Failure = null;
            return page;
        }
        finally
        {
            t_opened = null;
        }
    }

    public override int Read(object clientData, byte[] buffer, int offset, int count)
    {
        var target = buffer.AsSpan(offset, count);
        target.Clear();
        Copy(_header, 0, target);
        if (_position < _file.Length && _position + count > _header.Length)
        {
            var skipped = (int)Math.Max(_header.Length - _position, 0);
            _file.Position = _position + skipped;
            var here = target[skipped..(int)Math.Min(count, _file.Length - _position)];
            _file.ReadExactly(here);
        }

        Copy(_directory, _directoryStart, target);
        _position += count;
        return count;
    }

    public override void Write(object clientData, byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(object clientData, long offset, SeekOrigin origin) =>
        _position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Size(clientData) };

    public override long Size(object clientData) => _directoryStart + _directory.Length;

    // The caller of the reader closes the file.
    public override void Close(object clientData)
    {
    }

    private void Copy(byte[] bytes, long start, Span<byte> target)
    {
        var (from, to) = (Math.Max(start, _position), Math.Min(start + bytes.Length, _position + target.Length));
        if (from < to)
            bytes.AsSpan((int)(from - start), (int)(to - from)).CopyTo(target[(int)(from - _position)..]);
    }

    private static byte[] Directory(TiffFile tiff, TiffPage page, int countLength, int offsetLength, long start)
    {
        var isShort = offsetLength == 4;
        var entries = page.Storage
            .Select(entry => isShort && entry.Type == TiffEntry.Long8 ? Longs(entry.Tag, tiff.Numbers(entry)) : (entry.Tag, entry.Type, entry.Count, Value: tiff.Bytes(entry)))
            .Append(Longs(page.LengthsTag, page.Lengths))
            .OrderBy(entry => entry.Tag).ToArray();
        var values = start + countLength + (entries.Length * (4 + (2L * offsetLength))) + offsetLength;
        using var directory = new MemoryStream();
        using var behind = new MemoryStream();
        directory.Write(tiff.Bytes(entries.Length, countLength));
        foreach (var (tag, type, count, value) in entries)
        {
            directory.Write([.. tiff.Bytes(tag, 2), .. tiff.Bytes(type, 2), .. tiff.Bytes(count, offsetLength)]);
            if (value.Length > offsetLength)
            {
                directory.Write(tiff.Bytes(values + behind.Length, offsetLength));
                behind.Write(value);
            }
            else
            {
                directory.Write(value);
                directory.Write(new byte[offsetLength - value.Length]);
            }
        }

        directory.Write(new byte[offsetLength]);
        behind.WriteTo(directory);
        return directory.ToArray();

        (ushort Tag, ushort Type, long Count, byte[] Value) Longs(ushort tag, IEnumerable<long> numbers)
        {
            byte[] value = [.. numbers.SelectMany(number => tiff.Bytes(Math.Min(number, uint.MaxValue), 4))];
            return (tag, TiffEntry.Long, value.Length / 4, value);
        }
    }

    /// <summary>Keeps what LibTiff.NET says of our pages, instead of writing it to the console as it does by itself.</summary>
    private sealed class Messages : TiffErrorHandler
    {
        private const int MaximumLength = 200;

        // Bytes behind the end of a strip, which many programs write.
        private const string Harmless = "Discarding";

        public override void ErrorHandler(LibTiff tif, string method, string format, params object[] args)
        {
            if (!Keep(tif, format, args))
                Others.ErrorHandler(tif, method, format, args);
        }

        public override void WarningHandler(LibTiff tif, string method, string format, params object[] args)
        {
            if (!Keep(tif, format, args))
                Others.WarningHandler(tif, method, format, args);
        }

        private static bool Keep(LibTiff? tif, string format, object[] args)
        {
            if ((tif?.Clientdata() as TiffStorage ?? t_opened) is not { } storage)
                return false;
            if (!format.StartsWith(Harmless, StringComparison.Ordinal))
                storage.Failure ??= string.Format(CultureInfo.InvariantCulture, format, args) is { Length: > MaximumLength } text ? text[..MaximumLength] : string.Format(CultureInfo.InvariantCulture, format, args);
            return true;
        }
    }
}
