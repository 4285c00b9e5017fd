using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Gif;

/// <summary>The GIF format, still or animated. A written frame has its own 256 colours; pixels are opaque or not there.</summary>
internal sealed class GifPictures() : ImageSharpFormat(new PictureFormat("GIF", ".gif"), new GifImageFormatDetector(), new GifConfigurationModule())
{
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(10);

    public override int MaximumSide => 65_535;

    public override bool IsAnimated => true;

    public override void Configure(Configuration configuration)
    {
        base.Configure(configuration);
        configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First });
    }

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var picture = ImageSharpPixels.Load<Rgba32>(file, PixelLayout.Rgba, 8, maximumPixels);
        var gif = GifFile.Read(file);
        foreach (var flaw in gif.Flaws)
            warnings.Add(flaw);
        if (gif.Frames.Count is > 1 and var count)
            warnings.Add(new PictureWarning(PictureWarning.Frames, $"The GIF is an animation of {count} frames; only the first was read."));
        return picture;
    }

    public override IPictureSequence? ReadSequence(WatchedStream file, long maximumPixels)
    {
        var gif = GifFile.Read(file);
        if (gif.Frames.Count < 2)
            return null;
        ImageSharpPixels.Identify(file, maximumPixels);
        return new FrameSequence(new SequenceInfo(SequenceKind.Frames, gif.Frames.Count) { Plays = gif.Plays }, Frames(file, gif, maximumPixels));
    }

    public override void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options)
    {
        using var sink = BeginSequence(new SequenceInfo(SequenceKind.Frames, 1) { Plays = 1 }, stream, options);
        using var frame = sink.Begin(PictureInfo.Of(picture), TimeSpan.Zero);
        for (var y = 0; y < picture.Height; y++)
            frame.WriteRow(picture, y);
        frame.Complete();
        sink.Complete();
    }

    public override IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, ImageSharpEncoderOptions options) => new AnimationSink(info, stream);

    public override IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        yield return new PictureWarning(PictureWarning.Colors, "GIF has 256 colours a frame; others were approximated. PNG and WebP keep them.");
        if (picture.Layout.HasAlpha())
            yield return new PictureWarning(PictureWarning.Alpha, "A GIF's pixels are opaque or not there; what was less than half opaque became transparent. PNG and WebP keep it.");
        if (picture.Metadata.IccProfile is not null)
            yield return new PictureWarning(PictureWarning.Metadata, "GIF has no place for a colour profile, which was left out. PNG, WebP, JPEG and TIFF keep it.");
        foreach (var loss in base.Losses(picture))
            yield return loss;
    }

    private static IEnumerable<(Picture Picture, TimeSpan Duration)> Frames(WatchedStream file, GifFile gif, long maximumPixels)
    {
        var canvas = new AnimationCanvas(gif.Width, gif.Height, PixelLayout.Rgba);
        foreach (var frame in gif.Frames)
        {
            using var alone = gif.Alone(file, frame);
            var picture = ImageSharpPixels.LoadPixels<Rgba32>(alone, PixelLayout.Rgba, maximumPixels);
            var (width, height) = (Math.Min(frame.Width, gif.Width - frame.Left), Math.Min(frame.Height, gif.Height - frame.Top));
            var part = width < 1 || height < 1 ? picture : PictureCrop.Part(picture, frame.Left, frame.Top, width, height);
            var shown = canvas.Draw(part, frame.Left, frame.Top, isOver: true, frame.Disposal);
            // With alpha in all of them, or in none.
            shown = gif.IsOpaque ? OpaqueAlpha.Drop(shown) : shown;
            if (frame == gif.Frames[^1])
                shown.Warnings = [.. gif.Flaws];
            yield return (shown, frame.Duration);
        }
    }

    // ImageSharp encodes all frames at once.
    private sealed class AnimationSink(SequenceInfo info, Stream stream) : IPictureSequenceSink
    {
        private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(10);
        private Image<Rgba32>? _image;

        public IPictureSink Begin(PictureInfo picture, TimeSpan duration) => new PictureSink(picture, frame => Add(frame, duration));

        public void Complete()
        {
            var metadata = _image!.Metadata.GetGifMetadata();
            (metadata.RepeatCount, metadata.ColorTableMode) = ((ushort)Math.Min(info.Plays > 1 ? info.Plays - 1 : info.Plays, ushort.MaxValue), GifColorTableMode.Local);
            _image.Save(stream, new GifEncoder { ColorTableMode = GifColorTableMode.Local });
        }

        public void Dispose() => _image?.Dispose();

        // One transparent colour, so that the others are all for what is seen.
        private static void MakeOpaqueOrNot(Image<Rgba32> image) => image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
            {
                foreach (ref var pixel in rows.GetRowSpan(y))
                    pixel = pixel.A <= byte.MaxValue / 2 ? default : pixel with { A = byte.MaxValue };
            }
        });

        private void Add(Picture picture, TimeSpan duration)
        {
            var bytes = ByteSamples.InColor(ByteSamples.Of(picture));
            using var image = bytes.Layout == PixelLayout.Rgb ? PictureCopy.To<Rgb24>(bytes).CloneAs<Rgba32>() : PictureCopy.To<Rgba32>(bytes);
            MakeOpaqueOrNot(image);
            if (_image is null)
                _image = image.Clone();
            else
                _image.Frames.AddFrame(image.Frames.RootFrame);
            var metadata = _image.Frames[^1].Metadata.GetGifMetadata();
            (metadata.FrameDelay, metadata.DisposalMethod) = ((int)Math.Clamp(Math.Round(duration / Unit), 0, ushort.MaxValue), GifDisposalMethod.RestoreToBackground);
        }
    }
}
