using AdaFormer.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.ImageSharp.Pnm;

/// <summary>The Netpbm formats PBM, PGM and PPM, of 1 to 16 bits; read-only.</summary>
internal sealed class PnmPictures() : ImageSharpFormat(new PictureFormat("PNM", ".pnm", ".ppm", ".pgm", ".pbm"), new PbmImageFormatDetector(), new PbmConfigurationModule())
{
    public override bool IsWritten => false;

    public override Picture Read(WatchedStream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        var header = ImageSharpPixels.Identify(file, maximumPixels).GetPbmMetadata();
        var picture = (header.ColorType, header.ComponentType) switch
        {
            (PbmColorType.Rgb, PbmComponentType.Short) => ImageSharpPixels.Load<Rgb48>(file, PixelLayout.Rgb, 16, maximumPixels),
            (PbmColorType.Rgb, _) => ImageSharpPixels.Load<Rgb24>(file, PixelLayout.Rgb, 8, maximumPixels),
            (_, PbmComponentType.Short) => ImageSharpPixels.Load<L16>(file, PixelLayout.Gray, 16, maximumPixels),
            _ => ImageSharpPixels.Load<L8>(file, PixelLayout.Gray, 8, maximumPixels),
        };
        if (header.ColorType != PbmColorType.BlackAndWhite)
            Scale(picture, Maximum(file));
        return picture;
    }

    // ImageSharp multiplies samples by a whole number, so that 100 of 100 becomes 200.
    private static void Scale(Picture picture, int maximum)
    {
        var full = picture.BitDepth == 8 ? byte.MaxValue : ushort.MaxValue;
        var factor = maximum > 0 ? full / maximum : 1;
        if (factor < 1 || factor * maximum == full)
            return;
        for (var y = 0; y < picture.Height; y++)
        {
            if (picture.BitDepth == 8)
            {
                foreach (ref var sample in picture.Row8(y))
                    sample = (byte)Scaled(sample);
            }
            else
            {
                foreach (ref var sample in picture.Row16(y))
                    sample = (ushort)Scaled(sample);
            }
        }

        int Scaled(int sample) => (int)Math.Min(full, (((2L * (sample / factor) * full) + maximum) / (2L * maximum)));
    }

    /// <summary>The largest value of a sample: the third number after the signature, with comments between them from # to the line's end.</summary>
    private static int Maximum(Stream file)
    {
        file.Position = 2;
        var (number, count, inNumber) = (0L, 0, false);
        for (int next; (next = file.ReadByte()) >= 0;)
        {
            if (next is >= '0' and <= '9')
            {
                (number, inNumber) = (Math.Min(((inNumber ? number : 0) * 10) + next - '0', int.MaxValue), true);
                continue;
            }

            if (inNumber && ++count == 3)
                return (int)number;
            inNumber = false;
            while (next == '#' && file.ReadByte() is >= 0 and not '\n')
            {
            }
        }

        return 0;
    }
}
