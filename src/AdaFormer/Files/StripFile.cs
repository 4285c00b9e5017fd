using System.Buffers.Binary;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.IO;

namespace AdaFormer.Files;

/// <summary>The rows of a strip between its making and the picture's: the number of blocks that its pixels went through, 8 bytes, and a PNG.</summary>
internal sealed class StripFile : IDisposable
{
    private readonly FileStream _file;
    private readonly IPictureRows _rows;

    private StripFile(FileStream file, long blocksRun, IPictureRows rows) => (_file, BlocksRun, _rows) = (file, blocksRun, rows);

    /// <summary>The blocks that the strip's pixels went through, together.</summary>
    public long BlocksRun { get; }

    /// <summary>Number of rows.</summary>
    public int Height => _rows.Info.Height;

    /// <summary>Writes a strip; the file is whole or not there.</summary>
    /// <param name="path">The file; one that is there stays if this throws, and is replaced otherwise.</param>
    /// <param name="info">Size and channels of the strip.</param>
    /// <param name="write">Writes all rows, and returns the blocks that the pixels went through.</param>
    public static void Write(string path, PictureInfo info, Func<IPictureSink, long> write) => AtomicFile.Write(path, overwrite: true, stream =>
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        stream.Write(number);
        using (var sink = new PngEncoder().Begin(info with { Metadata = new PictureMetadata() }, stream, ".png"))
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, write(sink));
            sink.Complete();
        }

        stream.Position = 0;
        stream.Write(number);
    });

    /// <exception cref="IOException">There is no such file, or it is not a strip's.</exception>
    public static StripFile Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            Span<byte> number = stackalloc byte[sizeof(long)];
            file.ReadExactly(number);
            return new StripFile(file, BinaryPrimitives.ReadInt64LittleEndian(number), new PngDecoder().Open(file, long.MaxValue));
        }
        catch (PictureFormatException exception)
        {
            file.Dispose();
            throw Damaged(path, exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next row.</summary>
    /// <param name="row">A picture of one row.</param>
    /// <exception cref="IOException">The file is damaged.</exception>
    public void ReadRow(Picture row)
    {
        try
        {
            _rows.ReadRow(row, 0);
        }
        catch (PictureFormatException exception)
        {
            throw Damaged(_file.Name, exception);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }

    // Not the picture's fault.
    private static IOException Damaged(string path, PictureFormatException exception) =>
        new($"'{path}', a strip of a picture, is damaged: {exception.Message} Delete it; then retry the picture, and submit it again.", exception);
}
