using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>
/// The container around a WebP's compressed pixels (RFC 9649). ImageSharp 2.1 rejects animations, and writes neither colour profiles nor, with
/// EXIF and XMP together, the right length; so it is only used for the pixels.
/// </summary>
/// <param name="Pixels">VP8, optionally preceded by ALPH, or VP8L.</param>
internal sealed record WebpFile(IReadOnlyList<WebpChunk> Pixels)
{
    public const string AnimationControl = "ANIM", AnimationFrame = "ANMF", Alpha = "ALPH", Lossy = "VP8 ", Lossless = "VP8L";
    private const string Extended = "VP8X", Profile = "ICCP", Exif = "EXIF", Xmp = "XMP ";
    private const int ExtendedLength = 10;
    private const byte AnimationFlag = 0x02, XmpFlag = 0x04, ExifFlag = 0x08, AlphaFlag = 0x10, ProfileFlag = 0x20;

    /// <summary>Size of the canvas in pixels; (1, 1) if only the compressed pixels define it.</summary>
    public (int Width, int Height) Canvas { get; init; } = (1, 1);

    /// <summary>The number of frames of an animation, of which the pixels are the first; 0 for a still picture.</summary>
    public int Frames { get; init; }

    /// <summary>How often an animation is played; 0: without end.</summary>
    public int Plays { get; init; }

    /// <summary>Whether the file declares that the pixels have alpha.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Profile, EXIF and XMP; other metadata is not supported.</summary>
    public PictureMetadata Metadata { get; init; } = new();

    /// <summary>Where the last chunk that is whole ends.</summary>
    public long End { get; private init; }

    /// <summary>What is missing of the file behind the frames or the picture that are whole; <see langword="null"/> if nothing is.</summary>
    public PictureWarning? Flaw { get; private init; }

    /// <summary>Reads a file as far as it is whole; for an animation, its first frame.</summary>
    /// <exception cref="PictureFormatException">It is damaged, or ends before its picture, or the first frame, does.</exception>
    public static WebpFile Read(Stream file)
    {
        var (end, isCut, endsEarly) = WebpChunk.Extent(file);
        var webp = Read(file, end, isCut);
        var place = webp.Frames > 0 ? $"frame {webp.Frames}" : "its picture";
        return webp with
        {
            End = end,
            Flaw = isCut ? new PictureWarning(PictureWarning.MissingPixels, $"The WebP's data end within what follows {place}.")
                : endsEarly ? new PictureWarning(PictureWarning.NoEndMark, $"The WebP ends before its header says; what follows {place} is missing.")
                : null,
        };
    }

    private static WebpFile Read(Stream file, long end, bool isCut)
    {
        var chunks = WebpChunk.ReadFile(file, end, Extended, AnimationControl, AnimationFrame, Alpha, Lossy, Lossless, Profile, Exif, Xmp);
        if (chunks is not [{ Type: Extended, Contents: var header }, ..])
            return new WebpFile(StillOf(chunks));
        if (header.Length != ExtendedLength)
            throw Damaged($"its chunk {Extended} has {header.Length} bytes, expected {ExtendedLength}");
        var isAnimation = (header[0] & AnimationFlag) != 0;
        var still = isAnimation ? new WebpFile(WebpFrame.Parse(Find(AnimationFrame) ?? throw (isCut ? Cut() : Damaged("it is an animation without a frame"))).Pixels) : new WebpFile(StillOf(chunks));
        return still with
        {
            Frames = isAnimation ? WebpChunk.Count(file, end, AnimationFrame) : 0,
            Plays = Find(AnimationControl) is { Length: >= 6 } control ? control[4] | (control[5] << 8) : 0,
            HasAlpha = (header[0] & AlphaFlag) != 0,
            Canvas = (1 + Number(header, 4), 1 + Number(header, 7)),
            Metadata = new PictureMetadata { IccProfile = Find(Profile), Exif = Find(Exif), Xmp = Find(Xmp) },
        };

        IReadOnlyList<WebpChunk> StillOf(List<WebpChunk> found) => isCut && !found.Exists(chunk => chunk.Type is Lossy or Lossless) ? throw Cut() : PixelsOf(found);

        PictureFormatException Cut() => new($"The WebP's data end before its picture does, at byte {file.Length}. Nothing can be salvaged of that; only whole frames of an animation can. Get the file again.");

        byte[]? Find(string type) => chunks.FirstOrDefault(chunk => chunk.Type == type).Contents is { Length: > 0 } contents ? contents : null;
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream) => Write(stream, isAnimation: false, Pixels);

    /// <summary>Writes an animation with this canvas and metadata.</summary>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="plays">How often it is played; 0: without end.</param>
    /// <param name="frames">Its frames.</param>
    public void WriteAnimation(Stream stream, int plays, IEnumerable<WebpFrame> frames)
    {
        var count = Math.Min(plays, ushort.MaxValue);
        Write(stream, isAnimation: true, [new WebpChunk(AnimationControl, [0, 0, 0, 0, (byte)count, (byte)(count >> 8)]), .. frames.Select(frame => frame.ToChunk())]);
    }

    private void Write(Stream stream, bool isAnimation, IReadOnlyList<WebpChunk> pictures)
    {
        var chunks = new List<WebpChunk>();
        Add(Profile, Metadata.IccProfile);
        chunks.AddRange(pictures);
        Add(Exif, Metadata.Exif);
        Add(Xmp, Metadata.Xmp);
        if (chunks.Count > 1 || HasAlpha)
            chunks.Insert(0, new WebpChunk(Extended, Header(isAnimation)));
        WebpChunk.WriteFile(stream, chunks);

        void Add(string type, byte[]? contents)
        {
            if (contents is not null)
                chunks.Add(new WebpChunk(type, contents));
        }
    }

    /// <summary>The chunks of a picture's pixels among others.</summary>
    /// <exception cref="PictureFormatException">There are none.</exception>
    public static IReadOnlyList<WebpChunk> PixelsOf(List<WebpChunk> chunks)
    {
        var pixels = chunks.Find(chunk => chunk.Type is Lossy or Lossless);
        var alpha = chunks.Find(chunk => chunk.Type == Alpha);
        if (pixels.Type is null)
            throw Damaged("it has no pixels");
        return pixels.Type == Lossy && alpha.Type is not null ? [alpha, pixels] : [pixels];
    }

    private byte[] Header(bool isAnimation)
    {
        var hasAlpha = HasAlpha || Pixels[0].Type == Alpha;
        var flags = (isAnimation ? AnimationFlag : 0) | (hasAlpha ? AlphaFlag : 0) | (Metadata.IccProfile is null ? 0 : ProfileFlag) | (Metadata.Exif is null ? 0 : ExifFlag) | (Metadata.Xmp is null ? 0 : XmpFlag);
        var (width, height) = (Canvas.Width - 1, Canvas.Height - 1);
        return [(byte)flags, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)(width >> 16), (byte)height, (byte)(height >> 8), (byte)(height >> 16)];
    }

    public static int Number(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);

    public static PictureFormatException Damaged(string what) => new($"The WebP is damaged: {what}. Get the file again.");
}
