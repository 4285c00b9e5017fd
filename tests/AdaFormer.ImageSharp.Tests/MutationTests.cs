using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Files of ImageSharp's formats with damages of all kinds.</summary>
[TestClass]
public class MutationTests
{
    private static readonly TiffCompression[] Faxes = [TiffCompression.Ccitt1D, TiffCompression.CcittGroup3Fax, TiffCompression.CcittGroup4Fax];

    private static readonly Dictionary<string, IImageEncoder[]> Encoders = new()
    {
        ["jpeg"] =
        [
            new JpegEncoder(), new JpegEncoder { ColorType = JpegColorType.Luminance },
        ],
        ["webp"] = [new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }, new WebpEncoder { FileFormat = WebpFileFormatType.Lossy }],
        ["tiff"] =
        [
            .. new[] { TiffCompression.None, TiffCompression.Deflate, TiffCompression.Lzw, TiffCompression.PackBits, TiffCompression.Jpeg }.Select(kind => new TiffEncoder { Compression = kind }),
            .. Faxes.Select(Fax),
        ],
        ["bmp"] = [.. new[] { BmpBitsPerPixel.Pixel1, BmpBitsPerPixel.Pixel8, BmpBitsPerPixel.Pixel16, BmpBitsPerPixel.Pixel24, BmpBitsPerPixel.Pixel32 }.Select(bits => new BmpEncoder { BitsPerPixel = bits })],
        ["gif"] = [new GifEncoder()],
        ["pnm"] =
        [
            .. from color in Enum.GetValues<PbmColorType>()
               from encoding in Enum.GetValues<PbmEncoding>()
               from component in new[] { PbmComponentType.Byte, PbmComponentType.Short }
               select new PbmEncoder { ColorType = color, Encoding = encoding, ComponentType = color == PbmColorType.BlackAndWhite ? PbmComponentType.Bit : component },
        ],
        ["tga"] =
        [
            .. from bits in Enum.GetValues<TgaBitsPerPixel>()
               from compression in Enum.GetValues<TgaCompression>()
               select new TgaEncoder { BitsPerPixel = bits, Compression = compression },
        ],
    };

    [TestMethod]
    [DataRow("jpeg", 5), DataRow("webp", 2), DataRow("tiff", 3), DataRow("bmp", 1), DataRow("gif", 1), DataRow("pnm", 1), DataRow("tga", 1)]
    public void R7_MutatedFiles_AreRefusedOrAPicture(string format, int seconds) =>
        Loop(format).Run([.. Encoders[format].Select(Encode), .. OfOtherPrograms(format).Select(File.ReadAllBytes), .. format == "jpeg" ? Jpegs() : []], seconds);

    [TestMethod]
    [DataRow("jpeg"), DataRow("webp"), DataRow("tiff"), DataRow("bmp"), DataRow("gif"), DataRow("pnm"), DataRow("tga")]
    public void R7_KeptFiles_AreRefusedOrAPicture(string format) => Assert.IsGreaterThanOrEqualTo(MutationLoop.Kept(format).Count(), Loop(format).Replay());

    // Of every sampling, with metadata of every kind, and CMYK with a profile.
    private static IEnumerable<byte[]> Jpegs()
    {
        foreach (var path in Directory.EnumerateFiles(TestData.Fixture("jpeg"), "*.jpg").Append(TestData.Fixture("cases", "iptc-xmp-sizes.jpg")).Order(StringComparer.Ordinal))
            yield return File.ReadAllBytes(path);
        var (cmyk, profile) = (File.ReadAllBytes(TestData.Fixture("formats", "ycck.jpg")), File.ReadAllBytes(TestData.Fixture("icc", "lutAtoB.icc")));
        var length = 2 + "ICC_PROFILE\0\x01\x01"u8.Length + profile.Length;
        yield return [.. cmyk[..2], 0xFF, 0xE2, (byte)(length >> 8), (byte)length, .. "ICC_PROFILE\0\x01\x01"u8, .. profile, .. cmyk[2..]];
    }

    private static IEnumerable<string> OfOtherPrograms(string format) =>
        Directory.EnumerateFiles(TestData.Fixture("formats"), $"*.{format switch { "jpeg" => "jpg", "tiff" => "tif", _ => format }}").Order(StringComparer.Ordinal);

    private static TiffEncoder Fax(TiffCompression compression) => new() { BitsPerPixel = TiffBitsPerPixel.Bit1, Compression = compression };

    private static MutationLoop Loop(string format) =>
        new(format, file => { AllFormats.DecodeSequence(file); AllFormats.Decode(file); }, typeof(PictureFormatException))
        {
            // A lossless WebP of any size may ask for 65,536 groups of Huffman tables, which ImageSharp makes at once; a TIFF's pixel of a floating-point
            // picture has up to 64 bytes.
            MaximumBytes = format switch { "webp" => 4L << 30, "tiff" => 128 << 20, _ => 64 << 20 },
        };

    private static byte[] Encode(IImageEncoder encoder)
    {
        using var image = new Image<Rgb24>(19, 17);
        for (var y = 0; y < image.Height; y++)
        for (var x = 0; x < image.Width; x++)
            image[x, y] = new Rgb24((byte)(13 * x), (byte)(14 * y), (byte)(x * y));
        image.Metadata.ExifProfile = new ExifProfile();
        image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }
}
