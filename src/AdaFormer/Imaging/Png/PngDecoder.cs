using System.Buffers.Binary;
using System.IO.Compression;

namespace AdaFormer.Imaging.Png;

/// <summary>
/// Reads PNG: all colour types and bit depths, palettes, interlacing. Gray stays gray, 16 bits stay 16; fewer than 8 bits are scaled to 8;
/// transparency of any kind gives an alpha channel. The orientation in EXIF data is applied, as browsers do. Profiles, EXIF, XMP, density and
/// other colour information are kept, not applied; metadata above 8 MB is ignored.
/// </summary>
public sealed class PngDecoder : IPictureDecoder
{
    private const int MaximumPaletteBytes = 3 * 256, AnimationControlLength = 8;

    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats => [PngFormat.Format];

    /// <inheritdoc/>
    public int SignatureLength => PngFormat.Signature.Length;

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith(PngFormat.Signature);

    /// <inheritdoc/>
    public Picture Decode(Stream stream, long maximumPixels)
    {
        using var rows = Open(stream, maximumPixels);
        return PictureRows.ReadAll(rows);
    }

    /// <inheritdoc/>
    public IPictureRows Open(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> signature = stackalloc byte[SignatureLength];
        if (stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false) < signature.Length || !Recognizes(signature))
            throw new PictureFormatException("The file is not a PNG: it does not begin with the PNG signature. Expected a PNG.");
        var chunks = new PngChunkReader(stream);
        chunks.Next();
        if (chunks.Type == PngFormat.AppleHeader)
            throw new PictureFormatException("The file is a PNG in Apple's own format (CgBI), which is not supported. Export it as a plain PNG, with Xcode's pngcrush -revert-iphone-optimizations for example.");
        if (chunks.Type != PngFormat.Header || chunks.Remaining != PngHeader.Length)
            throw PngFormat.Damaged($"it begins with a chunk {PngFormat.Name(chunks.Type)} of {chunks.Remaining} bytes, expected IHDR of {PngHeader.Length}");
        var header = PngHeader.Parse(chunks.ReadRest(PngHeader.Length), maximumPixels);
        var metadata = new PngMetadataReader();
        var expander = ReadColors(chunks, header, metadata);
        if (stream.CanSeek)
            metadata.ReadBeyondPixels(stream, chunks.Remaining);
        var info = new PictureInfo(header.Width, header.Height, expander.Layout, expander.BitDepth)
        {
            Metadata = metadata.Metadata.For(header.Width, header.Height, expander.Layout),
        };
        if (header.Interlaced)
            return new PictureRows(PictureOrientation.MakeUpright(ReadInterlaced(chunks, header, expander, info)));
        var rows = new PngRows(chunks, header, expander, info);
        return info.Metadata.Orientation == ExifBlock.Upright ? rows : new PictureRows(PictureOrientation.MakeUpright(PictureRows.ReadAll(rows)));
    }

    /// <inheritdoc/>
    public IPictureSequence? OpenSequence(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanSeek ? PngAnimation.Open(stream, maximumPixels) : null;
    }

    private static PngRowExpander ReadColors(PngChunkReader chunks, PngHeader header, PngMetadataReader metadata)
    {
        byte[]? palette = null, transparency = null;
        for (chunks.Next(); chunks.Type != PngFormat.ImageData; chunks.Next())
        {
            if (chunks.Type == PngFormat.Palette && palette is null && transparency is null)
                palette = ReadPalette(chunks, header);
            else if (chunks.Type == PngFormat.Transparency && transparency is null && header.Color is PngColor.Gray or PngColor.Rgb or PngColor.Palette)
                transparency = ReadTransparency(chunks, header, palette);
            else if (chunks.Type == PngFormat.AnimationControl && chunks.Remaining == AnimationControlLength)
                WarnOfFrames(chunks);
            else if (!metadata.TryRead(chunks))
                SkipOptional(chunks);
        }

        return new PngRowExpander(header, palette, transparency);
    }

    // APNG: the number of frames, and how often they are played.
    private static void WarnOfFrames(PngChunkReader chunks)
    {
        var frames = BinaryPrimitives.ReadUInt32BigEndian(chunks.ReadRest(AnimationControlLength));
        if (frames > 1)
            chunks.Warnings.Add(new PictureWarning(PictureWarning.Frames, $"The PNG is an animation of {frames} frames; only its still picture was read."));
    }

    private static byte[] ReadPalette(PngChunkReader chunks, PngHeader header)
    {
        var palette = chunks.ReadRest(MaximumPaletteBytes);
        if (palette.Length == 0 || palette.Length % 3 != 0 || header.Color is PngColor.Gray or PngColor.GrayAlpha)
            throw PngFormat.Damaged($"it has a palette of {palette.Length} bytes with colour type {(int)header.Color}");
        return palette;
    }

    private static byte[] ReadTransparency(PngChunkReader chunks, PngHeader header, byte[]? palette)
    {
        var bytes = chunks.ReadRest(256);
        var fits = header.Color == PngColor.Palette
            ? palette is not null && bytes.Length <= palette.Length / 3
            : bytes.Length == 2 * header.SamplesPerPixel;
        return fits ? bytes : throw PngFormat.Damaged($"its transparency has {bytes.Length} bytes, which do not fit colour type {(int)header.Color} or its palette");
    }

    private static Picture ReadInterlaced(PngChunkReader chunks, PngHeader header, PngRowExpander expander, PictureInfo info)
    {
        var picture = PixelLimit.NewPicture(info);
        using var data = new PngImageData(chunks);
        foreach (var (firstX, firstY, stepX, stepY) in PngFormat.Passes)
        {
            var (width, height) = ((header.Width - firstX + stepX - 1) / stepX, (header.Height - firstY + stepY - 1) / stepY);
            if (width <= 0 || height <= 0)
                continue;
            var expanded = new Picture(width, 1, expander.Layout, expander.BitDepth);
            var (row, above) = (new byte[header.RowLength(width)], new byte[header.RowLength(width)]);
            for (var y = 0; y < height; y++)
            {
                data.ReadRow(row, above, header.FilterDistance);
                expander.Expand(row, expanded, 0);
                Scatter(expanded, picture, firstX, firstY + y * stepY, stepX);
                (row, above) = (above, row);
            }
        }

        ReadToEnd(data, chunks);
        picture.Warnings = [.. chunks.Warnings];
        return picture;
    }

    private static void Scatter(Picture row, Picture picture, int x, int y, int step)
    {
        var size = picture.Channels * picture.BitDepth / 8;
        var source = SampleRow.Bytes(row, 0);
        var target = SampleRow.Bytes(picture, y);
        for (var i = 0; i < row.Width; i++)
            source.Slice(i * size, size).CopyTo(target[((x + i * step) * size)..]);
    }

    /// <summary>Skips everything after the pixels.</summary>
    internal static void ReadToEnd(PngImageData data, PngChunkReader chunks)
    {
        try
        {
            data.Finish();
            while (chunks.Type == PngFormat.ImageData)
            {
                chunks.Skip();
                chunks.Next();
            }

            for (; chunks.Type != PngFormat.End; chunks.Next())
                SkipOptional(chunks);
            chunks.Skip();
        }
        catch (PictureFormatException) when (chunks.LacksEnd)
        {
            chunks.Warnings.Add(new PictureWarning(PictureWarning.NoEndMark, "The PNG has no end mark, although all of its pixels are there; anything after them is lost."));
        }
        catch (PictureFormatException) when (chunks.Type != PngFormat.ImageData && !(PngFormat.IsCritical(chunks.Type) && PngFormat.IsType(chunks.Type)))
        {
            chunks.Warnings.Add(new PictureWarning(PictureWarning.ExtraData, "What follows the PNG's pixels is damaged, although all of them are there; it is lost."));
        }
    }

    private static void SkipOptional(PngChunkReader chunks)
    {
        if (PngFormat.IsCritical(chunks.Type))
            throw PngFormat.Damaged($"its chunk {PngFormat.Name(chunks.Type)} is unknown, repeated or in the wrong place");
        if (!PngFormat.IsPassedOver(chunks.Type))
            chunks.WarnOfLoss();
        chunks.Skip();
    }
}

/// <summary>The rows of a PNG that is not interlaced, decoded one by one; at most two of them are held.</summary>
internal sealed class PngRows(PngChunkReader chunks, PngHeader header, PngRowExpander expander, PictureInfo info) : IPictureRows
{
    private readonly PngImageData _data = new(chunks);
    private byte[] _row = new byte[header.RowLength(header.Width)];
    private byte[] _above = new byte[header.RowLength(header.Width)];
    private int _next;

    public PictureInfo Info => info;

    public long BytesHeld => 0;

    public IReadOnlyList<PictureWarning> Warnings => chunks.Warnings;

    public void ReadRow(Picture target, int y)
    {
        if (_next == header.Height)
            throw new InvalidOperationException($"All {header.Height} rows have been read.");
        _data.ReadRow(_row, _above, header.FilterDistance);
        expander.Expand(_row, target, y);
        (_row, _above) = (_above, _row);
        if (++_next < header.Height)
            return;
        PngDecoder.ReadToEnd(_data, chunks);
    }

    public void Dispose() => _data.Dispose();
}

/// <summary>The filtered rows of a PNG, from its IDAT chunks, which are one zlib stream split at arbitrary positions.</summary>
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
    /// <param name="row">Receives the row.</param>
    /// <param name="above">The row above; zeros above the first row.</param>
    /// <param name="distance">Distance in bytes to the pixel on the left.</param>
    public void ReadRow(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        Span<byte> filter = stackalloc byte[1];
        Read(filter);
        Read(row);
        PngFilter.Undo(filter[0], row, above, distance);
    }

    /// <summary>Makes zlib check its own checksum, which it does only when asked for more data than there is.</summary>
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

        /// <summary>Whether the file could not be read. Any other IOException is how zlib reports invalid data.</summary>
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
