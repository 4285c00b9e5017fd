using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Pages whose colours LibTiff.NET converts: brightness and two differences of colour, of 8 bits. They are decoded whole.</summary>
internal static class TiffRaster
{
    /// <summary>Whether a page is of this kind. JPEG's own differences become RGB as they are decompressed.</summary>
    public static bool IsNeededFor(TiffPage page) => page.Photometric == TiffPage.CieLab || (page.Photometric == TiffPage.YCbCr && page.Compression != TiffPage.Jpeg);

    /// <summary>Decodes a page.</summary>
    /// <exception cref="PictureFormatException">It is damaged.</exception>
    public static Picture Read(Stream file, TiffFile tiff, TiffPage page, List<PictureWarning> warnings)
    {
        var storage = new TiffStorage(file, tiff, page);
        using var opened = storage.Open();
        var raster = new int[(long)page.Width * page.Height];
        var isCut = warnings.Exists(warning => warning.Code == PictureWarning.MissingPixels);
        if (!opened.ReadRGBAImageOriented(page.Width, page.Height, raster, BitMiracle.LibTiff.Classic.Orientation.TOPLEFT, stopOnError: !isCut) && !isCut)
            throw TiffFile.Damaged(storage.Failure ?? "its pixels cannot be decompressed");
        if (page.Photometric == TiffPage.CieLab)
            warnings.Add(new PictureWarning(PictureWarning.Colors, "The TIFF has CIE Lab colours, which were converted to sRGB; those that a screen cannot show were clipped."));
        var picture = new Picture(page.Width, page.Height, PixelLayout.Rgb) { Metadata = TiffMetadata.Of(tiff, page).For(page.Width, page.Height, PixelLayout.Rgb) };
        for (var y = 0; y < page.Height; y++)
        {
            var row = picture.Row8(y);
            for (var x = 0; x < page.Width; x++)
            {
                // Red is the lowest byte.
                var color = raster[((long)y * page.Width) + x];
                (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = ((byte)color, (byte)(color >> 8), (byte)(color >> 16));
            }
        }

        return picture;
    }
}
