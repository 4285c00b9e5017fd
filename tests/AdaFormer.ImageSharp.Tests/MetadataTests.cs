using System.Text;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.ImageSharp;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace AdaFormer.Tests.ImageSharp;

[TestClass]
public class MetadataTests
{
    private static readonly byte[] Xmp = Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'>größer</x:xmpmeta>");
    private static readonly string[] Extensions = [".png", ".jpg", ".webp", ".tif"];

    public static IEnumerable<object[]> EveryWay => from input in Extensions from output in Extensions select new object[] { input, output };

    [TestMethod]
    [DynamicData(nameof(EveryWay))]
    public void R14_ProfileExifAndXmpAreKept(string input, string output)
    {
        foreach (var bigEndian in new[] { false, true })
        {
            var picture = new Picture(40, 30, PixelLayout.Rgb)
            {
                Metadata = new PictureMetadata { IccProfile = PlainMetadata.Profile("RGB ", 70_000), Exif = PlainMetadata.Exif(1, bigEndian), Xmp = Xmp, Density = new PixelDensity(300, 300) },
            };
            var read = Read(Write(picture, input));

            var metadata = Read(Write(Larger(read), output)).Metadata;

            CollectionAssert.AreEqual(picture.Metadata.IccProfile, metadata.IccProfile);
            CollectionAssert.AreEqual(Xmp, metadata.Xmp);
            // WebP has its density in EXIF only, which ImageSharp does not look at.
            if (output != ".webp" && input != ".webp")
                Assert.AreEqual(300, metadata.Density!.Value.Horizontal, 0.01);
            // A TIFF's EXIF data are among its own tags. Else but two numbers change, the picture's size.
            if (input != ".tif" && output != ".tif")
                Assert.AreEqual((2, picture.Metadata.Exif!.Length), (picture.Metadata.Exif.Zip(metadata.Exif!).Count(bytes => bytes.First != bytes.Second), metadata.Exif!.Length));
            var exif = new ExifProfile(metadata.Exif);
            Assert.AreEqual(PlainMetadata.Camera, exif.GetValue(ExifTag.Make)!.Value);
            Assert.AreEqual(300, exif.GetValue(ExifTag.XResolution)!.Value.ToDouble(), 0.01);
            Assert.IsNotNull(exif.GetValue(ExifTag.PixelYDimension));
            Assert.AreEqual("80", exif.GetValue(ExifTag.PixelXDimension)!.Value.ToString());
        }
    }

    [TestMethod]
    [DynamicData(nameof(EveryWay))]
    public void R14_OrientationIsAppliedOnce(string input, string output)
    {
        for (ushort orientation = 1; orientation <= 8; orientation++)
        {
            // Six blocks of 16, so that JPEG blurs them little; and ImageSharp's own turning as the oracle.
            using var stored = new Image<Rgb24>(48, 32);
            for (var i = 0; i < 48 * 32; i++)
                stored[i % 48, i / 48] = new Rgb24((byte)(40 * ((i % 48 / 16) + (3 * (i / 48 / 16)))), 90, 200);
            stored.Metadata.ExifProfile = new ExifProfile();
            stored.Metadata.ExifProfile.SetValue(ExifTag.Orientation, orientation);
            stored.Frames.RootFrame.Metadata.ExifProfile = stored.Metadata.ExifProfile.DeepClone();
            using var file = new MemoryStream();
            stored.Save(file, input switch { ".jpg" => new JpegEncoder { Quality = 100 }, ".tif" => new TiffEncoder(), ".png" => new SixLabors.ImageSharp.Formats.Png.PngEncoder(), _ => new SixLabors.ImageSharp.Formats.Webp.WebpEncoder { Quality = 100 } });
            using var expected = stored.Clone(context => context.AutoOrient());

            var result = Write(Read(file.ToArray()), output);

            using var seen = Image.Load<Rgb24>(result);
            var exif = seen.Metadata.ExifProfile ?? seen.Frames.RootFrame.Metadata.ExifProfile;
            Assert.IsTrue(exif?.GetValue(ExifTag.Orientation) is not { } left || left.Value == 1, $"orientation {orientation} would be applied again");
            Assert.AreEqual(expected.Size(), seen.Size());
            for (var y = 8; y < seen.Height; y += 16)
            for (var x = 8; x < seen.Width; x += 16)
                Assert.AreEqual(expected[x, y].R, seen[x, y].R, 12.0, $"orientation {orientation} at {x}, {y}");
        }
    }

    [TestMethod]
    public void R14_MetadataOfGreyPicturesIsKept()
    {
        foreach (var extension in new[] { ".png", ".jpg", ".tif" })
        {
            var picture = new Picture(40, 30, PixelLayout.Gray) { Metadata = new PictureMetadata { IccProfile = PlainMetadata.Profile("GRAY") } };
            var read = Read(Write(picture, extension));
            Assert.AreEqual(PixelLayout.Gray, read.Layout);
            CollectionAssert.AreEqual(picture.Metadata.IccProfile, read.Metadata.IccProfile, extension);
        }

        // WebP has no grey, so a profile for grey does not fit.
        var webp = new Picture(40, 30, PixelLayout.Gray) { Metadata = new PictureMetadata { IccProfile = PlainMetadata.Profile("GRAY") } };
        Assert.IsNull(Read(Write(webp, ".webp")).Metadata.IccProfile);
    }

    [TestMethod]
    public void R14_AProfileForCmykIsDroppedFromWhatIsRgb()
    {
        var file = File.ReadAllBytes(TestData.Fixture("formats", "cmyk.jpg"));
        var picture = Read([.. file[..2], 0xFF, 0xE2, 0x02, 0xCC, .. "ICC_PROFILE\0\x01\x01"u8, .. PlainMetadata.Profile("CMYK"), .. file[2..]]);

        Assert.AreEqual((PixelLayout.Rgb, true), (picture.Layout, picture.Metadata.IccProfile is null));
    }

    [TestMethod]
    public void R14_TagsThatSayHowATiffIsStoredStayBehind()
    {
        using var image = new Image<Rgb24>(40, 30);
        var tags = new ExifProfile();
        tags.SetValue(ExifTag.Artist, "A. Painter");
        tags.SetValue(ExifTag.ExposureTime, new Rational(1, 250));
        image.Frames.RootFrame.Metadata.ExifProfile = tags;
        using var file = new MemoryStream();
        image.Save(file, new TiffEncoder());

        var exif = new ExifProfile(Read(file.ToArray()).Metadata.Exif);

        CollectionAssert.IsSubsetOf(new ExifTag[] { ExifTag.Artist, ExifTag.ExposureTime }, exif.Values.Select(value => value.Tag).ToArray());
        foreach (var tag in new ExifTag[] { ExifTag.ImageWidth, ExifTag.StripOffsets, ExifTag.StripByteCounts, ExifTag.BitsPerSample, ExifTag.Compression, ExifTag.RowsPerStrip })
            Assert.DoesNotContain(tag, exif.Values.Select(value => value.Tag));
    }

    [TestMethod]
    public void DensityIsOnlySaidWhereTheFileSaysIt()
    {
        foreach (var extension in new[] { ".png", ".jpg", ".webp", ".tif", ".bmp" })
        {
            Assert.IsNull(Read(Write(new Picture(3, 2, PixelLayout.Rgb), extension)).Metadata.Density, extension);
            var picture = new Picture(3, 2, PixelLayout.Rgb) { Metadata = new PictureMetadata { Density = new PixelDensity(72, 150) } };
            if (extension == ".webp")
                continue;
            var density = Read(Write(picture, extension)).Metadata.Density!.Value;
            Assert.AreEqual(72, density.Horizontal, 0.02, extension);
            Assert.AreEqual(150, density.Vertical, 0.02, extension);
        }

        using var centimetres = new Image<Rgb24>(3, 2);
        (centimetres.Metadata.ResolutionUnits, centimetres.Metadata.HorizontalResolution, centimetres.Metadata.VerticalResolution) = (PixelResolutionUnit.PixelsPerCentimeter, 100, 50);
        using var file = new MemoryStream();
        centimetres.Save(file, new JpegEncoder());
        Assert.AreEqual(new PixelDensity(254, 127), Read(file.ToArray()).Metadata.Density);
    }

    [TestMethod]
    public void DensityIsTakenFromExifWhereAJpegSaysNoOther()
    {
        var file = Write(new Picture(3, 2, PixelLayout.Rgb) { Metadata = new PictureMetadata { Exif = PlainMetadata.Exif(1) } }, ".jpg");
        Assert.AreEqual(new PixelDensity(300, 300), Read(file).Metadata.Density);
        // Without JFIF's segment, as cameras write it.
        var exif = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xE1]);
        Assert.AreEqual(new PixelDensity(300, 300), Read([.. file[..2], .. file[exif..]]).Metadata.Density);
    }

    [TestMethod]
    public void MetadataThatJpegCannotHold_IsLeftOut()
    {
        var picture = new Picture(3, 2, PixelLayout.Rgb) { Metadata = new PictureMetadata { Exif = [.. PlainMetadata.Exif(1), .. new byte[70_000]], Xmp = new byte[70_000] } };
        Assert.IsTrue(Read(Write(picture, ".jpg")).Metadata is { Exif: null, Xmp: null });
    }

    // Twice the size, as the network leaves metadata.
    private static Picture Larger(Picture picture) => new(2 * picture.Width, 2 * picture.Height, picture.Layout, picture.BitDepth) { Metadata = picture.Metadata };

    private static byte[] Write(Picture picture, string extension)
    {
        using var stream = new MemoryStream();
        AllFormats.Encode(picture, stream, extension);
        return stream.ToArray();
    }

    private static Picture Read(byte[] file) => PictureFormats.Reader().Read(new MemoryStream(file));
}
