using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>
/// The container around a WebP's compressed pixels (RFC 9649). ImageSharp 2.1 rejects animations, and writes neither colour profiles nor, with
/// EXIF and XMP together, the right length; so it is only used for the pixels.
/// </summary>
/// <param name="Pixels">VP8, optionally preceded by ALPH, or VP8L.</param>
internal sealed record WebpFile(IReadOnlyList<WebpChunk> Pixels)
{
    private const string Extended = "VP8X", AnimationFrame = "ANMF", Alpha = "ALPH", Lossy = "VP8 ", Lossless = "VP8L", Profile = "ICCP", Exif = "EXIF", Xmp = "XMP ";
    private const int ExtendedLength = 10, FrameHeaderLength = 16;
    private const byte AnimationFlag = 0x02, XmpFlag = 0x04, ExifFlag = 0x08, AlphaFlag = 0x10, ProfileFlag = 0x20;

    /// <summary>Size of the canvas in pixels; (1, 1) if only the compressed pixels define it.</summary>
    public (int Width, int Height) Canvas { get; init; } = (1, 1);

    /// <summary>Position of an animation's first frame on the canvas; <see langword="null"/>: the pixels are the whole picture.</summary>
    public (int Left, int Top)? Place { get; init; }

    /// <summary>The number of frames of an animation; 1 for a still picture.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Whether the file declares that the pixels have alpha.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Profile, EXIF and XMP; other metadata is not supported.</summary>
    public PictureMetadata Metadata { get; init; } = new();

    /// <summary>Reads a file; for an animation, its first frame.</summary>
    /// <exception cref="PictureFormatException">It is damaged.</exception>
    public static WebpFile Read(Stream file)
    {
        var chunks = WebpChunk.ReadFile(file, Extended, AnimationFrame, Alpha, Lossy, Lossless, Profile, Exif, Xmp);
        if (chunks is not [{ Type: Extended, Contents: var header }, ..])
            return new WebpFile(PixelsOf(chunks));
        if (header.Length != ExtendedLength)
            throw Damaged($"its chunk {Extended} has {header.Length} bytes, expected {ExtendedLength}");
        var isAnimation = (header[0] & AnimationFlag) != 0;
        var still = isAnimation ? FirstFrame(Find(AnimationFrame)) : new WebpFile(PixelsOf(chunks));
        return still with
        {
            Frames = isAnimation ? WebpChunk.Count(file, AnimationFrame) : 1,
            Canvas = (1 + Number(header, 4), 1 + Number(header, 7)),
            Metadata = new PictureMetadata { IccProfile = Find(Profile), Exif = Find(Exif), Xmp = Find(Xmp) },
        };

        byte[]? Find(string type) => chunks.FirstOrDefault(chunk => chunk.Type == type).Contents is { Length: > 0 } contents ? contents : null;
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream)
    {
        var chunks = new List<WebpChunk>();
        Add(Profile, Metadata.IccProfile);
        chunks.AddRange(Pixels);
        Add(Exif, Metadata.Exif);
        Add(Xmp, Metadata.Xmp);
        if (chunks.Count > 1 || HasAlpha)
            chunks.Insert(0, new WebpChunk(Extended, Header()));
        WebpChunk.WriteFile(stream, chunks);

        void Add(string type, byte[]? contents)
        {
            if (contents is not null)
                chunks.Add(new WebpChunk(type, contents));
        }
    }

    /// <summary>Places the decoded pixels on the canvas, which is transparent around them.</summary>
    /// <exception cref="PictureFormatException">They exceed the canvas.</exception>
    public Picture OnCanvas(Picture pixels)
    {
        if (Place is not var (left, top) || (pixels.Width, pixels.Height) == Canvas)
            return pixels;
        if (left + pixels.Width > Canvas.Width || top + pixels.Height > Canvas.Height)
            throw Damaged($"its first frame of {pixels.Width}×{pixels.Height} pixels at ({left}, {top}) does not lie within {Canvas.Width}×{Canvas.Height}");
        var picture = new Picture(Canvas.Width, Canvas.Height, PixelLayout.Rgba) { Metadata = pixels.Metadata };
        for (var y = 0; y < pixels.Height; y++)
        {
            var source = pixels.Row8(y);
            var target = picture.Row8(top + y)[(picture.Channels * left)..];
            for (var x = 0; x < pixels.Width; x++)
            {
                target[(picture.Channels * x) + 3] = byte.MaxValue;
                source.Slice(pixels.Channels * x, pixels.Channels).CopyTo(target[(picture.Channels * x)..]);
            }
        }

        return picture;
    }

    // The frame's position halved, its size minus one, its duration, flags; then the chunks of its pixels.
    private static WebpFile FirstFrame(byte[]? frame)
    {
        if (frame is not { Length: >= FrameHeaderLength })
            throw Damaged("it is an animation without a frame");
        var chunks = WebpChunk.Read(new MemoryStream(frame) { Position = FrameHeaderLength }, Alpha, Lossy, Lossless);
        return new WebpFile(PixelsOf(chunks)) { Place = (2 * Number(frame, 0), 2 * Number(frame, 3)) };
    }

    private static IReadOnlyList<WebpChunk> PixelsOf(List<WebpChunk> chunks)
    {
        var pixels = chunks.Find(chunk => chunk.Type is Lossy or Lossless);
        var alpha = chunks.Find(chunk => chunk.Type == Alpha);
        if (pixels.Type is null)
            throw Damaged("it has no pixels");
        return pixels.Type == Lossy && alpha.Type is not null ? [alpha, pixels] : [pixels];
    }

    private byte[] Header()
    {
        var hasAlpha = HasAlpha || Pixels[0].Type == Alpha;
        var flags = (hasAlpha ? AlphaFlag : 0) | (Metadata.IccProfile is null ? 0 : ProfileFlag) | (Metadata.Exif is null ? 0 : ExifFlag) | (Metadata.Xmp is null ? 0 : XmpFlag);
        var (width, height) = (Canvas.Width - 1, Canvas.Height - 1);
        return [(byte)flags, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)(width >> 16), (byte)height, (byte)(height >> 8), (byte)(height >> 16)];
    }

    private static int Number(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);

    private static PictureFormatException Damaged(string what) => new($"The WebP is damaged: {what}. Get the file again.");
}
