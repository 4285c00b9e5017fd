using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;

namespace AdaFormer.ImageSharp;

/// <summary>A format whose pixels ImageSharp decodes and encodes; <see cref="PictureFormats"/> lists them all.</summary>
/// <param name="format">Its name and file extensions.</param>
/// <param name="detector">Recognises its files by their first bytes.</param>
/// <param name="module">Registers ImageSharp's decoder and encoder.</param>
internal abstract class ImageSharpFormat(PictureFormat format, IImageFormatDetector detector, IConfigurationModule module)
{
    public PictureFormat Format => format;

    public IImageFormatDetector Detector => detector;

    /// <summary>Registers the format with ImageSharp.</summary>
    public virtual void Configure(Configuration configuration) => configuration.Configure(module);

    /// <summary>Whether the format can be written.</summary>
    public virtual bool IsWritten => true;

    /// <summary>Maximum side of a picture in a written file, in pixels.</summary>
    public virtual int MaximumSide => int.MaxValue;

    /// <summary>Starts reading a file, upright. Default: decodes it whole.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before they are decoded.</param>
    /// <exception cref="PictureFormatException">It is damaged, or has more pixels than allowed.</exception>
    public virtual IPictureRows Open(WatchedStream file, long maximumPixels)
    {
        var warnings = new List<PictureWarning>();
        var picture = PictureOrientation.MakeUpright(Read(file, maximumPixels, warnings));
        picture.Warnings = warnings;
        return new PictureRows(picture);
    }

    /// <summary>Decodes a file, with pixels as stored.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before they are decoded.</param>
    /// <param name="warnings">Collects losses and guesses.</param>
    /// <exception cref="PictureFormatException">It is damaged, or has more pixels than allowed.</exception>
    protected abstract Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings);

    /// <summary>Warns of a file that ends before its picture does; what is missing reads as zeros then.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">Where its data have to end at least, in bytes.</param>
    /// <param name="warnings">Receives the warning.</param>
    protected void Complete(WatchedStream file, long end, ICollection<PictureWarning> warnings)
    {
        if (end <= file.Length)
            return;
        warnings.Add(new PictureWarning(PictureWarning.MissingPixels, $"The {format.Name}'s data end before its picture does."));
        file.PadTo(end);
    }

    /// <summary>Whether a file can hold an animation.</summary>
    public virtual bool IsAnimated => false;

    /// <summary>Opens the frames of an animation; <see langword="null"/> if the file has only one picture.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before they are decoded.</param>
    /// <exception cref="PictureFormatException">It is damaged, or has more pixels than allowed.</exception>
    public virtual IPictureSequence? ReadSequence(WatchedStream file, long maximumPixels) => null;

    /// <summary>Starts writing an animation.</summary>
    public virtual IPictureSequenceSink BeginSequence(SequenceInfo info, Stream stream, ImageSharpEncoderOptions options) => throw new NotSupportedException($"A {format.Name} holds one picture.");

    /// <summary>The kinds of metadata that the format has a place for.</summary>
    protected virtual MetadataKinds Keeps => MetadataKinds.None;

    /// <summary>What gets lost when a picture is written. Default: metadata that have no place, and the bits of a sample beyond 8.</summary>
    public virtual IEnumerable<PictureWarning> Losses(PictureInfo picture)
    {
        foreach (var loss in picture.Metadata.LossesIn(format.Name, Keeps))
            yield return loss;
        if (picture.BitDepth > 8)
            yield return new PictureWarning(PictureWarning.BitDepth, $"{format.Name} has 8 bits a sample; the picture's {picture.BitDepth} were rounded. PNG and TIFF keep them.");
    }

    /// <summary>Encodes a picture and the metadata that the format supports.</summary>
    public virtual void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options) => throw new NotSupportedException($"{format.Name} cannot be written.");
}
