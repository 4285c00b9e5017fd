using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Gif;

/// <summary>
/// The blocks of a GIF (GIF89a). ImageSharp 2.1 decodes them, but loses what a frame that is cleared leaves behind where the next is taken back;
/// so it gets frames one by one, as GIFs of their own.
/// </summary>
internal sealed class GifFile
{
    private const int HeaderLength = 13, FrameHeaderLength = 9, Extension = 0x21, Frame = 0x2C, Control = 0xF9, Application = 0xFF, ControlLength = 4;
    private static readonly byte[] Trailer = [0x3B];

    private readonly byte[] _head;
    private readonly List<GifFrame> _frames = [];

    private GifFile(byte[] head) => _head = head;

    /// <summary>Width of the canvas in pixels.</summary>
    public int Width => BinaryPrimitives.ReadUInt16LittleEndian(_head.AsSpan(6));

    /// <summary>Height of the canvas in pixels.</summary>
    public int Height => BinaryPrimitives.ReadUInt16LittleEndian(_head.AsSpan(8));

    /// <summary>How often it is played; 0: without end.</summary>
    public int Plays { get; private set; } = 1;

    /// <summary>The frames that are there whole.</summary>
    public IReadOnlyList<GifFrame> Frames => _frames;

    /// <summary>Whether the data end within a block: the next frame, if there is one, is missing or not whole.</summary>
    public bool IsCut { get; private set; } = true;

    /// <summary>Whether the file ends with its end mark.</summary>
    public bool HasEndMark { get; private set; }

    /// <summary>What is wrong with the file behind the frames that are whole.</summary>
    public IEnumerable<PictureWarning> Flaws
    {
        get
        {
            if (IsCut)
                yield return new PictureWarning(PictureWarning.MissingPixels, _frames.Count == 0 ? "The GIF's data end before its first frame does." : $"The GIF's data end within what follows frame {_frames.Count}.");
            else if (!HasEndMark)
                yield return new PictureWarning(PictureWarning.NoEndMark, "The GIF has no end mark; further frames may be missing.");
        }
    }

    /// <summary>Whether every pixel of the canvas is opaque from the first frame on.</summary>
    public bool IsOpaque => _frames[0] is { HasTransparency: false, Left: 0, Top: 0, Disposal: FrameDisposal.Keep } first
        && first.Width >= Width && first.Height >= Height && !_frames.Exists(frame => frame.Disposal == FrameDisposal.Clear);

    /// <summary>Reads a file's blocks, as far as they are whole.</summary>
    public static GifFile Read(Stream file)
    {
        file.Position = 0;
        using var blocks = new BufferedStream(file, 1 << 16);
        var header = new byte[HeaderLength];
        if (!Fill(blocks, header))
            return new GifFile(new byte[HeaderLength]);
        var colors = new byte[TableLength(header[10])];
        var gif = new GifFile([.. header, .. colors]);
        if (!Fill(blocks, colors))
            return gif;
        colors.CopyTo(gif._head, HeaderLength);
        gif.ReadBlocks(blocks);
        return gif;
    }

    /// <summary>A frame as a GIF of its own.</summary>
    public MemoryStream Alone(Stream file, GifFrame frame)
    {
        var alone = new MemoryStream();
        alone.Write(_head);
        alone.Write(frame.Control);
        var data = new byte[frame.Length];
        file.Position = frame.Start;
        file.ReadExactly(data);
        alone.Write(data);
        alone.Write(Trailer);
        return alone;
    }

    private void ReadBlocks(Stream blocks)
    {
        byte[] control = [];
        while (true)
        {
            var start = blocks.Position;
            switch (blocks.ReadByte())
            {
                case Extension:
                    var label = blocks.ReadByte();
                    if (label < 0 || ReadData(blocks) is not { } data)
                        return;
                    if (label == Control && data.Length >= ControlLength)
                        control = data[..ControlLength];
                    else if (label == Application && data is [.., 1, var low, var high] && data.AsSpan().StartsWith("NETSCAPE2.0"u8))
                        // It says how often the animation is repeated.
                        Plays = (low | (high << 8)) is > 0 and var repeats ? repeats + 1 : 0;
                    break;
                case Frame:
                    var header = new byte[FrameHeaderLength];
                    if (!Fill(blocks, header) || !Fill(blocks, new byte[TableLength(header[8])]) || blocks.ReadByte() < 0 || !SkipData(blocks))
                        return;
                    _frames.Add(new GifFrame(control, header, start, (int)(blocks.Position - start)));
                    control = [];
                    break;
                case 0:
                    // Some programs write a zero too much.
                    break;
                case var mark:
                    (IsCut, HasEndMark) = (false, mark == Trailer[0]);
                    return;
            }
        }
    }

    private static int TableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    // Extensions that matter have one or two short blocks.
    private static byte[]? ReadData(Stream file)
    {
        var data = new List<byte>();
        for (int length; (length = file.ReadByte()) != 0;)
        {
            var block = new byte[Math.Max(length, 0)];
            if (length < 0 || !Fill(file, block))
                return null;
            if (data.Count < byte.MaxValue)
                data.AddRange(block);
        }

        return [.. data];
    }

    private static bool SkipData(Stream file)
    {
        Span<byte> block = stackalloc byte[byte.MaxValue];
        for (int length; (length = file.ReadByte()) != 0;)
        {
            if (length < 0 || !Fill(file, block[..length]))
                return false;
        }

        return true;
    }

    private static bool Fill(Stream file, Span<byte> buffer) => file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
}

/// <summary>A frame of a GIF.</summary>
/// <param name="control">Flags, duration and transparent colour of its graphic control extension; empty if it has none.</param>
/// <param name="header">Its image descriptor.</param>
/// <param name="start">Position of the image descriptor's block in the file.</param>
/// <param name="length">Length of the frame in bytes from there on.</param>
internal sealed class GifFrame(byte[] control, byte[] header, long start, int length)
{
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(10);

    public long Start => start;

    public int Length => length;

    /// <summary>Column of its left edge.</summary>
    public int Left => Number(header, 0);

    /// <summary>Row of its top edge.</summary>
    public int Top => Number(header, 2);

    /// <summary>Width in pixels.</summary>
    public int Width => Number(header, 4);

    /// <summary>Height in pixels.</summary>
    public int Height => Number(header, 6);

    /// <summary>Whether it has a transparent colour.</summary>
    public bool HasTransparency => control.Length > 0 && (control[0] & 1) != 0;

    /// <summary>How long it is shown.</summary>
    public TimeSpan Duration => control.Length == 0 ? default : Number(control, 1) * Unit;

    /// <summary>What becomes of its place afterwards.</summary>
    public FrameDisposal Disposal => control.Length == 0 ? FrameDisposal.Keep : ((control[0] >> 2) & 7) switch { 2 => FrameDisposal.Clear, 3 => FrameDisposal.Restore, _ => FrameDisposal.Keep };

    /// <summary>The graphic control extension's block.</summary>
    public byte[] Control => control.Length == 0 ? [] : [0x21, 0xF9, (byte)control.Length, .. control, 0];

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
