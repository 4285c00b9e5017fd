using System.Buffers.Binary;

namespace AdaFormer.Imaging.Png;

/// <summary>Reads the frames of an animated PNG (PNG specification, third edition, 11.3.4.2 to 11.3.4.4).</summary>
internal sealed class PngAnimation
{
    private const int ControlLength = 8, FrameControlLength = 26, SequenceLength = 4, DefaultDivisor = 100;

    // Everything before the pixels but for the header, whose chunks the frames share.
    private readonly List<(uint Type, byte[] Content)> _shared = [];
    private readonly PngHeader _header;
    private readonly long _firstFrame;
    private readonly Stream _stream;
    private readonly long _maximumPixels;
    private AnimationCanvas? _canvas;
    private PictureMetadata? _metadata;

    private PngAnimation(Stream stream, PngHeader header, long maximumPixels) => (_stream, _header, _maximumPixels, _firstFrame) = (stream, header, maximumPixels, stream.Position);

    /// <summary>Opens the frames of a PNG.</summary>
    /// <param name="stream">The file from its first byte; one that can seek.</param>
    /// <param name="maximumPixels">Larger pictures are rejected.</param>
    /// <returns>The frames, or <see langword="null"/> if the file is not an animation of several.</returns>
    public static FrameSequence? Open(Stream stream, long maximumPixels)
    {
        stream.Seek(PngFormat.Signature.Length, SeekOrigin.Current);
        var chunks = new PngChunkReader(stream);
        chunks.Next();
        if (chunks.Type != PngFormat.Header || chunks.Remaining != PngHeader.Length)
            return null;
        var animation = new PngAnimation(stream, PngHeader.Parse(chunks.ReadRest(PngHeader.Length), maximumPixels), maximumPixels);
        for (chunks.Next(); chunks.Type is not (PngFormat.ImageData or PngFormat.End); chunks.Next())
        {
            if (chunks.Type != PngFormat.AnimationControl || chunks.Remaining != ControlLength)
            {
                chunks.Skip();
                continue;
            }

            var control = chunks.ReadRest(ControlLength);
            var (frames, plays) = (BinaryPrimitives.ReadUInt32BigEndian(control), BinaryPrimitives.ReadUInt32BigEndian(control.AsSpan(4)));
            if (frames is < 2 or > int.MaxValue)
                return null;
            // Of a file that is cut off, the frames that are whole; without any it is a still picture.
            var (whole, isCut) = animation.WholeFrames();
            var count = isCut ? Math.Min(whole, (int)frames) : (int)frames;
            return count == 0 ? null : new FrameSequence(
                new SequenceInfo(SequenceKind.Frames, count) { Plays = (int)Math.Min(plays, int.MaxValue) },
                animation.Frames(count, isCut ? new PictureWarning(PictureWarning.MissingPixels, $"The PNG's data end within what follows frame {count} of {frames}.") : null));
        }

        return null;
    }

    // The frames that another one or the end follows, and whether the file ends before its end mark.
    private (int Frames, bool IsCut) WholeFrames()
    {
        var (frames, isBegun, hasData) = (0, false, false);
        var head = new byte[2 * sizeof(uint)];
        _stream.Position = _firstFrame;
        while (_stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            var (length, type) = (BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(sizeof(uint))));
            if (type is PngFormat.FrameControl or PngFormat.End)
            {
                frames += hasData ? 1 : 0;
                (isBegun, hasData) = (true, false);
            }

            hasData |= isBegun && type is PngFormat.ImageData or PngFormat.FrameData;
            if (type == PngFormat.End)
                return (frames, false);
            if (length + sizeof(uint) > _stream.Length - _stream.Position)
                break;
            _stream.Position += length + sizeof(uint);
        }

        return (frames, true);
    }

    private IEnumerable<(Picture Picture, TimeSpan Duration)> Frames(int count, PictureWarning? flaw)
    {
        _stream.Position = _firstFrame;
        var chunks = new PngChunkReader(_stream);
        byte[]? control = null;
        var data = new List<byte[]>();
        for (var read = 0; read < count;)
        {
            chunks.Next();
            switch (chunks.Type)
            {
                case PngFormat.FrameControl or PngFormat.End when control is not null && data.Count > 0:
                    var shown = Draw(control, data);
                    if (read + 1 == count && flaw is not null)
                        shown.Warnings = [flaw];
                    yield return (shown, DurationOf(control));
                    data.Clear();
                    control = null;
                    if (++read < count && chunks.Type == PngFormat.FrameControl)
                        control = ReadControl();
                    break;
                case PngFormat.FrameControl:
                    control = ReadControl();
                    break;
                case PngFormat.ImageData when control is not null:
                    data.Add(Read(int.MaxValue));
                    break;
                case PngFormat.FrameData when control is not null && chunks.Remaining >= SequenceLength:
                    data.Add(Read(int.MaxValue)[SequenceLength..]);
                    break;
                case PngFormat.End:
                    throw PngFormat.Damaged($"it has {read} of {count} frames");
                case PngFormat.ImageData or PngFormat.FrameData:
                    chunks.Skip();
                    break;
                default:
                    if (data.Count == 0 && read == 0 && chunks.Remaining <= PngMetadataReader.MaximumLength)
                        _shared.Add((chunks.Type, chunks.ReadRest(PngMetadataReader.MaximumLength)));
                    else
                        chunks.Skip();
                    break;
            }
        }

        byte[] ReadControl() => chunks.Remaining == FrameControlLength ? Read(FrameControlLength) : throw PngFormat.Damaged($"the control of a frame has {chunks.Remaining} bytes, expected {FrameControlLength}");

        byte[] Read(int maximumLength)
        {
            if (chunks.Remaining > _stream.Length - _stream.Position)
                throw PngFormat.Damaged("it ends too early");
            var bytes = chunks.ReadRest(maximumLength);
            return chunks.IsDamaged ? throw PngFormat.Damaged($"the checksum of its chunk {PngFormat.Name(chunks.Type)} is wrong") : bytes;
        }
    }

    // A frame's pixels are a PNG of their own without a beginning.
    private Picture Draw(byte[] control, List<byte[]> data)
    {
        var (width, height) = (Number(control, 4), Number(control, 8));
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue || width > _header.Width || height > _header.Height)
            throw PngFormat.Damaged($"a frame has {width}×{height} pixels, the picture {_header.Width}×{_header.Height}");
        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        var chunks = new PngChunkWriter(file);
        chunks.WriteChunk(PngFormat.Header, (_header with { Width = (int)width, Height = (int)height }).ToBytes());
        // EXIF data would turn the first frame, which then would not fit the canvas.
        foreach (var (type, content) in _shared)
        {
            if (type is PngFormat.Palette or PngFormat.Transparency || (_metadata is null && type is not (PngFormat.AnimationControl or PngFormat.Exif)))
                chunks.WriteChunk(type, content);
        }

        foreach (var some in data)
            chunks.WriteChunk(PngFormat.ImageData, some);
        chunks.WriteChunk(PngFormat.End, []);
        file.Position = 0;
        using var rows = new PngDecoder().Open(file, _maximumPixels);
        var part = PictureRows.ReadAll(rows);
        var exif = _shared.Find(chunk => chunk.Type == PngFormat.Exif).Content;
        _metadata ??= rows.Info.Metadata with { Exif = exif is not null && ExifBlock.IsExif(exif) ? exif : null };
        _canvas ??= new AnimationCanvas(_header.Width, _header.Height, part.Layout, part.BitDepth);
        var disposal = control[24] switch { 1 => FrameDisposal.Clear, 2 => FrameDisposal.Restore, _ => FrameDisposal.Keep };
        var shown = _canvas.Draw(part, (int)Math.Min(Number(control, 12), int.MaxValue), (int)Math.Min(Number(control, 16), int.MaxValue), isOver: control[25] == 1, disposal);
        shown.Metadata = _metadata;
        return shown;
    }

    private static long Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private static TimeSpan DurationOf(byte[] control)
    {
        var divisor = BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(22));
        return TimeSpan.FromSeconds((double)BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(20)) / (divisor == 0 ? DefaultDivisor : divisor));
    }
}
