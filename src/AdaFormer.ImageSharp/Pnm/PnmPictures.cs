using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Pnm;

/// <summary>
/// The Netpbm formats PBM, PGM and PPM, of 1 to 16 bits; read-only. ImageSharp 2.1 recognises them and unpacks bits; it multiplies samples
/// by a whole number, so that 100 of 100 becomes 200, reads two bytes in the wrong order, digits of two levels only with something between
/// them, and what is larger than the header's largest sample as anything, so samples are read here.
/// </summary>
internal sealed class PnmPictures() : ImageSharpFormat(new PictureFormat("PNM", ".pnm", ".ppm", ".pgm", ".pbm"), new PbmImageFormatDetector(), new PbmConfigurationModule())
{
    public override bool IsWritten => false;

    protected override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var header = ImageSharpPixels.Identify(file, maximumPixels).GetPbmMetadata();
        var isBilevel = header.ColorType == PbmColorType.BlackAndWhite;
        var layout = header.ColorType == PbmColorType.Rgb ? PixelLayout.Rgb : PixelLayout.Gray;
        var maximum = ReadHeader(file, isBilevel, out var size);
        PixelLimit.Check(size.Width, size.Height, maximumPixels);
        if (size.Width < 1 || size.Height < 1)
            throw new PictureFormatException($"The PNM is damaged: it is {size.Width}×{size.Height} pixels large. Get the file again.");
        var isDeep = maximum > byte.MaxValue;
        var start = file.Position;
        var row = isBilevel ? (size.Width + 7) / 8 : (long)size.Width * (int)layout * (isDeep ? 2 : 1);
        var end = header.Encoding == PbmEncoding.Binary ? start + (row * size.Height) : EndOfText(file, (long)size.Width * size.Height * (int)layout, isBilevel);
        Complete(file, end, warnings);
        file.Position = end;
        if (file.ReadByte() == 'P' && file.ReadByte() is >= '1' and <= '7')
            warnings.Add(new PictureWarning(PictureWarning.Pages, "The PNM has more pictures; only the first was read."));
        file.Position = start;
        if (isBilevel && header.Encoding == PbmEncoding.Plain)
            return ReadDigits(file, size);
        if (isBilevel)
            return ImageSharpPixels.Load<L8>(file, PixelLayout.Gray, 8, maximumPixels);
        var picture = new Picture(size.Width, size.Height, layout, isDeep ? 16 : 8);
        var samples = new PnmSamples(maximum, picture.BitDepth);
        if (header.Encoding == PbmEncoding.Binary)
            samples.ReadBinary(file, picture);
        else
            samples.ReadText(file, picture, isCut: warnings.Any(warning => warning.Code == PictureWarning.MissingPixels));
        if (samples.Beyond > 0)
            warnings.Add(new PictureWarning(PictureWarning.MissingPixels, $"The PNM is damaged: {samples.Beyond} of its samples are above {maximum}, the largest that its header allows."));
        return picture;
    }

    // Digits need nothing between them, which ImageSharp expects. What is missing is white.
    private static Picture ReadDigits(Stream file, (int Width, int Height) size)
    {
        var picture = new Picture(size.Width, size.Height, PixelLayout.Gray);
        using var text = new BufferedStream(file, 1 << 16);
        for (var y = 0; y < size.Height; y++)
        {
            foreach (ref var sample in picture.Row8(y))
            {
                int next;
                while ((next = text.ReadByte()) is >= 0 and not ('0' or '1'))
                {
                    while (next == '#' && text.ReadByte() is >= 0 and not '\n')
                    {
                    }
                }

                sample = next == '1' ? byte.MinValue : byte.MaxValue;
            }
        }

        return picture;
    }

    /// <summary>The largest value of a sample, the third number of the header; the stream stands at the pixels then.</summary>
    private static int ReadHeader(Stream file, bool isBilevel, out (int Width, int Height) size)
    {
        file.Position = 2;
        size = (ReadNumber(file), ReadNumber(file));
        return isBilevel ? 1 : ReadNumber(file) is > 0 and <= ushort.MaxValue and var maximum
            ? maximum
            : throw new PictureFormatException("The PNM is damaged: its largest sample is not 1 to 65535. Get the file again.");
    }

    /// <summary>Where the numbers end that are the samples; behind the file's end if some are missing.</summary>
    private static long EndOfText(Stream file, long samples, bool isBilevel)
    {
        using var text = new BufferedStream(file, 1 << 16);
        var isNumber = false;
        for (int next; (samples > 0 || isNumber) && (next = text.ReadByte()) >= 0;)
        {
            var isDigit = next is >= '0' and <= '9';
            // Digits of two levels need nothing between them.
            if (isDigit && (isBilevel || !isNumber))
                samples--;
            isNumber = isDigit && !isBilevel;
            while (next == '#' && text.ReadByte() is >= 0 and not '\n')
            {
            }
        }

        if (samples > 0)
            return file.Length + 1;
        while (text.ReadByte() is ' ' or (>= '\t' and <= '\r'))
        {
        }

        return text.Position - 1;
    }

    // Comments go from # to the end of the line.
    private static int ReadNumber(Stream file)
    {
        var (number, found) = (0L, false);
        for (int next; (next = file.ReadByte()) >= 0;)
        {
            if (next is >= '0' and <= '9')
                (number, found) = (Math.Min((number * 10) + next - '0', int.MaxValue), true);
            else if (found)
                break;
            else if (next is not ('#' or ' ' or (>= '\t' and <= '\r')))
                throw new PictureFormatException("The PNM is damaged: its header has more than numbers and comments. Get the file again.");
            while (next == '#' && file.ReadByte() is >= 0 and not '\n')
            {
            }
        }

        return (int)number;
    }
}
