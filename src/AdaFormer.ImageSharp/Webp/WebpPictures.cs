using AdaFormer.Imaging;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>The WebP format, still or animated.</summary>
internal sealed class WebpPictures() : ImageSharpFormat(new PictureFormat("WebP", ".webp"), new WebpImageFormatDetector(), new WebpConfigurationModule())
{
    public override int MaximumSide => 16_383;

    public override bool IsAnimated => true;

    protected override MetadataKinds Keeps => MetadataKinds.Exif | MetadataKinds.Xmp;

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        if (picture.Layout.IsGray() && picture.Metadata.IccProfile is not null)
            yield return new PictureWarning(PictureWarning.Metadata, "WebP has no grey: the profile for grey was left out. PNG, TIFF and JPEG keep it.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var webp = WebpFile.Read(file);
        if (webp.Frames > 1)
            warnings.Add(new PictureWarning(PictureWarning.Frames, $"The WebP is an animation of {webp.Frames} frames; only the first was read."));
        if (webp.Flaw is { } flaw)
            warnings.Add(flaw);
        PixelLimit.Check(webp.Canvas.Width, webp.Canvas.Height, maximumPixels);
        var picture = webp.Frames == 0 ? Decode(webp.Pixels, PixelLayout.Rgba, maximumPixels) : Frames(file, webp, PixelLayout.Rgba, maximumPixels).First().Picture;
        return ImageSharpPixels.With(OpaqueAlpha.Drop(picture), webp.Metadata);
    }

    public override IPictureSequence? ReadSequence(WatchedStream file, long maximumPixels)
    {
        var webp = WebpFile.Read(file);
        if (webp.Frames < 2)
            return null;
        PixelLimit.Check(webp.Canvas.Width, webp.Canvas.Height, maximumPixels);
        var frames = Frames(file, webp, webp.HasAlpha ? PixelLayout.Rgba : PixelLayout.Rgb, maximumPixels);
        return new FrameSequence(new SequenceInfo(SequenceKind.Frames, webp.Frames) { Plays = webp.Plays }, frames.Select(frame => (ImageSharpPixels.With(frame.Picture, webp.Metadata), frame.Duration)));
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        var webp = ByteSamples.InColor(ByteSamples.Of(picture));
        var file = new WebpFile(Encode(webp, options))
        {
            Canvas = (picture.Width, picture.Height), HasAlpha = webp.Layout.HasAlpha(), Metadata = ImageSharpPixels.MetadataOf(picture, webp.Layout),
        };
        file.Write(stream);
    }

    public override IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, ImageSharpEncoderOptions options) => new AnimationSink(info, stream, options);

    private static IReadOnlyList<WebpChunk> Encode(Picture picture, ImageSharpEncoderOptions options)
    {
        using var pixels = new MemoryStream();
        ImageSharpPixels.Save(picture, new PictureMetadata(), pixels, new WebpEncoder
        {
            FileFormat = options.LosslessWebp ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
            Quality = options.Quality,
        });
        return WebpFile.Read(pixels).Pixels;
    }

    private static Picture Decode(IReadOnlyList<WebpChunk> pixels, PixelLayout layout, long maximumPixels)
    {
        using var file = new MemoryStream();
        new WebpFile(pixels).Write(file);
        return layout == PixelLayout.Rgb ? ImageSharpPixels.LoadPixels<Rgb24>(file, layout, maximumPixels) : ImageSharpPixels.LoadPixels<Rgba32>(file, layout, maximumPixels);
    }

    private static IEnumerable<(Picture Picture, TimeSpan Duration)> Frames(WatchedStream file, WebpFile webp, PixelLayout layout, long maximumPixels)
    {
        var canvas = new AnimationCanvas(webp.Canvas.Width, webp.Canvas.Height, layout);
        var done = 0;
        foreach (var chunk in WebpChunk.ReadFrames(file, webp.End))
        {
            var frame = WebpFrame.Parse(chunk.Contents);
            var disposal = frame.IsCleared ? FrameDisposal.Clear : FrameDisposal.Keep;
            var shown = canvas.Draw(Decode(frame.Pixels, layout, maximumPixels), frame.Left, frame.Top, frame.IsOver, disposal);
            if (++done == webp.Frames && webp.Flaw is { } flaw)
                shown.Warnings = [flaw];
            yield return (shown, frame.Duration);
        }
    }

    // Frames are held compressed.
    private sealed class AnimationSink(SequenceInfo info, Stream stream, ImageSharpEncoderOptions options) : IPictureSequenceSink
    {
        private readonly List<WebpFrame> _frames = [];
        private PictureInfo? _first;

        public IPictureSink Begin(PictureInfo picture, TimeSpan duration)
        {
            _first ??= picture;
            return new PictureSink(picture, frame =>
                _frames.Add(new WebpFrame(Encode(ByteSamples.InColor(ByteSamples.Of(frame)), options), 0, 0, frame.Width, frame.Height, duration, IsOver: false, IsCleared: false)));
        }

        public void Complete() =>
            new WebpFile(_frames[0].Pixels) { Canvas = (_first!.Width, _first.Height), HasAlpha = _first.Layout.HasAlpha(), Metadata = _first.Metadata }.WriteAnimation(stream, info.Plays, _frames);

        public void Dispose()
        {
        }
    }
}
