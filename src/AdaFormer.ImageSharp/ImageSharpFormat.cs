using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;

namespace AdaFormer.ImageSharp;

/// <summary>A format whose pixels ImageSharp decodes and encodes; <see cref="PictureFormats"/> lists them all.</summary>
/// <param name="format">What it is called, and how its files' names end.</param>
/// <param name="detector">What knows its files by their first bytes.</param>
/// <param name="module">Brings ImageSharp's decoder and encoder.</param>
internal abstract class ImageSharpFormat(PictureFormat format, IImageFormatDetector detector, IConfigurationModule module)
{
    public PictureFormat Format => format;

    public IImageFormatDetector Detector => detector;

    /// <summary>Adds the format to ImageSharp's.</summary>
    public virtual void Configure(Configuration configuration) => configuration.Configure(module);

    /// <summary>Whether it is written too.</summary>
    public virtual bool IsWritten => true;

    /// <summary>The most pixels that a side may have in a file that is written.</summary>
    public virtual int MaximumSide => int.MaxValue;

    /// <summary>Decodes a file, as its pixels lie in it.</summary>
    /// <exception cref="PictureFormatException">It is damaged, or has more pixels than allowed.</exception>
    public abstract Picture Read(WatchedStream file, long maximumPixels);

    /// <summary>Encodes a picture and what metadata the format has a place for.</summary>
    public virtual void Write(Picture picture, Stream stream, ImageSharpEncoderOptions options) => throw new NotSupportedException($"{format.Name} is not written here.");
}
