using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace AdaFormer.Imaging.Png;

/// <summary>
/// Collects a PNG's metadata from the chunks around its pixels. Oversized or invalid metadata is ignored: a picture without its
/// profile is better than none. The first chunk of a kind counts.
/// </summary>
internal sealed class PngMetadataReader
{
    /// <summary>Maximum size of a profile or EXIF data, decompressed; real ones are far smaller.</summary>
    public const int MaximumLength = 1 << 23;

    private const int MaximumTexts = 1 << 20;

    private readonly Dictionary<string, byte[]> _colors = [];
    private readonly List<PngText> _texts = [];
    private readonly HashSet<uint> _tried = [];
    private int _roomForTexts = MaximumTexts;
    private PictureMetadata _metadata = new();

    /// <summary>The metadata found so far.</summary>
    public PictureMetadata Metadata => _metadata with { PngColors = _colors, PngTexts = _texts };

    /// <summary>Reads a chunk if it is metadata; otherwise leaves it unread.</summary>
    public bool TryRead(PngChunkReader chunks)
    {
        var before = _metadata;
        if (!TryReadUnchecked(chunks))
            return false;
        if (chunks.IsDamaged)
            _metadata = before;
        return true;
    }

    private bool TryReadUnchecked(PngChunkReader chunks)
    {
        if (chunks.Remaining > MaximumLength)
            return false;
        switch (chunks.Type)
        {
            case PngFormat.IccProfile when _tried.Add(chunks.Type):
                _metadata = _metadata with { IccProfile = ReadProfile(chunks.ReadRest(MaximumLength)) };
                return true;
            case PngFormat.Exif when _tried.Add(chunks.Type):
                _metadata = _metadata with { Exif = ReadExif(chunks.ReadRest(MaximumLength)) };
                return true;
            case PngFormat.InternationalText when !_tried.Contains(chunks.Type):
                var text = chunks.ReadRest(MaximumLength);
                if (ReadXmp(text) is { } xmp)
                    _metadata = _metadata with { Xmp = xmp };
                else
                    AddText(chunks, text);
                return true;
            case PngFormat.Text or PngFormat.CompressedText or PngFormat.InternationalText when chunks.Remaining <= _roomForTexts:
                AddText(chunks, chunks.ReadRest(_roomForTexts));
                return true;
            case PngFormat.Density when chunks.Remaining == PngFormat.DensityLength && _tried.Add(chunks.Type):
                _metadata = _metadata with { Density = ReadDensity(chunks.ReadRest(PngFormat.DensityLength)) };
                return true;
            default:
                return ReadColors(chunks);
        }
    }

    /// <summary>
    /// Looks for metadata after the pixels, which would otherwise be found too late when rows are read one by one, and returns to the
    /// stream's position. Damage found there is left to the reader of the pixels.
    /// </summary>
    /// <param name="stream">The file, within the first chunk of pixels.</param>
    /// <param name="remaining">That chunk's remaining bytes.</param>
    public void ReadBeyondPixels(Stream stream, int remaining)
    {
        var start = stream.Position;
        try
        {
            PngChunkReader.Pass(stream, remaining);
            var chunks = new PngChunkReader(stream);
            for (chunks.Next(); chunks.Type != PngFormat.End; chunks.Next())
            {
                if (chunks.Type == PngFormat.ImageData || !TryRead(chunks))
                    chunks.Pass();
            }
        }
        catch (PictureFormatException)
        {
        }

        stream.Position = start;
    }

    private void AddText(PngChunkReader chunks, byte[] text)
    {
        if (chunks.IsDamaged || text.Length > _roomForTexts || text.AsSpan().StartsWith(PngFormat.XmpKeyword))
            return;
        _texts.Add(new PngText(PngFormat.Name(chunks.Type), text));
        _roomForTexts -= text.Length;
    }

    private bool ReadColors(PngChunkReader chunks)
    {
        foreach (var (type, length) in PngFormat.ColorChunks)
        {
            if (chunks.Type != type || chunks.Remaining != length)
                continue;
            var bytes = chunks.ReadRest(length);
            return chunks.IsDamaged || _colors.TryAdd(PngFormat.Name(type), bytes);
        }

        return false;
    }

    // Name, 0, compression method 0, the profile.
    private static byte[]? ReadProfile(byte[] chunk)
    {
        var start = Array.IndexOf(chunk, (byte)0) + 2;
        if (start < 2 || start > chunk.Length || chunk[start - 1] != 0)
            return null;
        // Its header contains its length, so that nothing is decompressed in vain.
        var header = Inflate(chunk, start, IccHeader.Length);
        return header.Length == IccHeader.Length && IccHeader.ProfileLength(header) is >= IccHeader.Length and <= MaximumLength and var length
            && Inflate(chunk, start, (int)length) is var profile && profile.Length == length
            ? profile
            : null;
    }

    private static byte[]? ReadExif(byte[] chunk)
    {
        // Some programs keep JPEG's marker in front.
        var exif = chunk.AsSpan().StartsWith("Exif\0\0"u8) ? chunk[6..] : chunk;
        return ExifBlock.IsExif(exif) ? exif : null;
    }

    // Keyword, 0, whether compressed, method, language, 0, translated keyword, 0, the text.
    private byte[]? ReadXmp(byte[] chunk)
    {
        if (!chunk.AsSpan().StartsWith(PngFormat.XmpKeyword) || chunk.Length < PngFormat.XmpKeyword.Length + 2)
            return null;
        _tried.Add(PngFormat.InternationalText);
        var language = PngFormat.XmpKeyword.Length + 2;
        var translated = Array.IndexOf(chunk, (byte)0, language) + 1;
        var text = translated == 0 ? 0 : Array.IndexOf(chunk, (byte)0, translated) + 1;
        if (text == 0)
            return null;
        var xmp = chunk[language - 2] == 0 ? chunk[text..] : Inflate(chunk, text, MaximumLength);
        return xmp.Length is > 0 and < MaximumLength ? xmp : null;
    }

    private static PixelDensity? ReadDensity(byte[] chunk)
    {
        var (x, y) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk.AsSpan(4)));
        return chunk[8] == PngFormat.PerMetre && x > 0 && y > 0 ? new PixelDensity(x / PngFormat.InchesPerMetre, y / PngFormat.InchesPerMetre) : null;
    }

    // At most this many bytes; fewer if there are no more or they are damaged.
    private static byte[] Inflate(byte[] chunk, int start, int length)
    {
        var bytes = new byte[length];
        var count = 0;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(chunk, start, chunk.Length - start), CompressionMode.Decompress);
            count = zlib.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
        }

        return count == length ? bytes : bytes[..count];
    }
}

/// <summary>Writes a picture's metadata as PNG chunks, which go before the pixels.</summary>
internal static class PngMetadataWriter
{
    public static void Write(PngChunkWriter chunks, PictureMetadata metadata)
    {
        foreach (var (type, length) in PngFormat.ColorChunks)
        {
            if (metadata.PngColors.TryGetValue(PngFormat.Name(type), out var content) && content.Length == length)
                chunks.WriteChunk(type, content);
        }

        if (metadata.IccProfile is { } profile)
            chunks.WriteChunk(PngFormat.IccProfile, [.. "ICC profile\0\0"u8, .. Deflate(profile)]);
        if (metadata.Density is { } density)
            chunks.WriteChunk(PngFormat.Density, [.. PerMetre(density.Horizontal), .. PerMetre(density.Vertical), PngFormat.PerMetre]);
        if (metadata.Exif is { } exif && ExifBlock.IsExif(exif))
            chunks.WriteChunk(PngFormat.Exif, exif);
        if (metadata.Xmp is { } xmp)
            chunks.WriteChunk(PngFormat.InternationalText, [.. PngFormat.XmpKeyword, 0, 0, 0, 0, .. xmp]);
        foreach (var text in metadata.PngTexts)
            chunks.WriteChunk(PngFormat.TypeOf(text), text.Content);
        foreach (var comment in metadata.JpegComments)
            WriteComment(chunks, comment);
    }

    // Latin-1, unless it can only be UTF-8. A text has no zeros within.
    private static void WriteComment(PngChunkWriter chunks, byte[] comment)
    {
        byte[] text = [.. comment.AsSpan().TrimEnd((byte)0)];
        text.AsSpan().Replace((byte)0, (byte)' ');
        if (Ascii.IsValid(text) || !Utf8.IsValid(text))
            chunks.WriteChunk(PngFormat.Text, [.. "Comment\0"u8, .. text]);
        else
            chunks.WriteChunk(PngFormat.InternationalText, [.. "Comment\0\0\0\0\0"u8, .. text]);
    }

    private static byte[] PerMetre(double perInch)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Math.Clamp(Math.Round(perInch * PngFormat.InchesPerMetre), 1, int.MaxValue));
        return bytes;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(bytes);
        return result.ToArray();
    }
}
