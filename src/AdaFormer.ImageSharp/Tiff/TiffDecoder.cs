using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Reads TIFF and BigTIFF with LibTiff.NET, row by row: strips, tiles and planes, 1 to 16 bits as 8 or 16, signed, 32-bit and floating-point
/// samples as <see cref="PictureWarning.Samples"/> says, grey, RGB, palettes, CMYK, YCbCr and CIE Lab, alpha of both kinds; uncompressed or by fax
/// (G3, G4), LZW, Deflate, PackBits, JPEG or Zstandard. A page that has alpha or lies on its side is decoded whole.
/// </summary>
public sealed class TiffDecoder : IPictureDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<PictureFormat> Formats { get; } = [Format];

    /// <inheritdoc/>
    public int SignatureLength => 4;

    internal static PictureFormat Format { get; } = new("TIFF", ".tif", ".tiff");

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> start) => start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    /// <inheritdoc/>
    public Picture Decode(Stream stream, long maximumPixels)
    {
        using var rows = Open(stream, maximumPixels);
        return PictureRows.ReadAll(rows);
    }

    /// <inheritdoc/>
    public IPictureRows Open(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            // LibTiff.NET goes to and fro.
            var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Open(copy, maximumPixels);
        }

        var file = new WatchedStream(stream);
        return file.Rows(() =>
        {
            var tiff = new TiffFile(file);
            var (first, more) = Pages(tiff);
            var warnings = new List<PictureWarning>();
            if (more.Count > 0)
                warnings.Add(new PictureWarning(PictureWarning.Pages, "The TIFF has more pages; only the first was read."));
            return Open(file, tiff, first, maximumPixels, warnings);
        });
    }

    /// <inheritdoc/>
    public IPictureSequence? OpenSequence(Stream stream, long maximumPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = new WatchedStream(stream);
        return file.Decode(() =>
        {
            var tiff = new TiffFile(file);
            var (first, more) = Pages(tiff);
            return more.Count == 0 ? null : new TiffPages([first, .. more], directory => file.Rows(() => Open(file, tiff, directory, maximumPixels, [])));
        });
    }

    // The directories of the first page that is no small copy or mask, and of the others.
    private static (long First, IReadOnlyList<long> More) Pages(TiffFile tiff)
    {
        var pages = tiff.Directories();
        if (pages.Count == 0)
            throw TiffFile.Damaged("it has no page");
        if (new TiffPage(tiff, pages[0]).IsRaw)
            throw new PictureFormatException("The TIFF is a camera's raw data. Develop it in a program for raw photographs first, or convert it to PNG.");
        var whole = pages.Where(directory => !TiffPage.IsAuxiliaryAt(tiff, directory)).ToArray();
        return whole.Length == 0 ? (pages[0], []) : (whole[0], whole[1..]);
    }

    private static IPictureRows Open(WatchedStream file, TiffFile tiff, long directory, long maximumPixels, List<PictureWarning> warnings)
    {
        var page = new TiffPage(tiff, directory);
        page.Read(maximumPixels, warnings);
        if (page.Compression == TiffZstandard.Compression)
        {
            var unpacked = new WatchedStream(TiffZstandard.Unpack(file, tiff, page));
            var copy = new TiffFile(unpacked);
            return Open(unpacked, copy, copy.FirstDirectory, maximumPixels, warnings);
        }

        if (TiffRaster.IsNeededFor(page))
            return Whole(TiffRaster.Read(file, tiff, page, warnings));
        var rows = new TiffRows(file, tiff, page, warnings);
        if (!rows.Info.Layout.HasAlpha() && rows.Info.Metadata.Orientation == 1)
            return rows;
        using (rows)
            return Whole(PictureRows.ReadAll(rows));

        IPictureRows Whole(Picture picture)
        {
            var upright = PictureOrientation.MakeUpright(OpaqueAlpha.Drop(picture));
            upright.Warnings = warnings;
            return new PictureRows(upright);
        }
    }
}
