using AdaFormer.Imaging;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>TIFFs as scanners, microscopes and archives write them, whose samples are a formula: tests/fixtures/formats/README.md.</summary>
[TestClass]
public class TiffTests
{
    private const int Width = 23, Height = 17;

    [TestMethod]
    [DataRow("grey-of-1-bits", 1), DataRow("grey-of-2-bits", 2), DataRow("grey-of-3-bits", 3), DataRow("grey-of-4-bits", 4), DataRow("grey-of-5-bits", 5), DataRow("grey-of-6-bits", 6)]
    [DataRow("grey-of-7-bits", 7), DataRow("grey-of-9-bits", 9), DataRow("grey-of-10-bits", 10), DataRow("grey-of-12-bits", 12), DataRow("grey-of-14-bits", 14), DataRow("grey-of-15-bits", 15)]
    [DataRow("colours-of-2-bits", 2), DataRow("colours-of-4-bits", 4), DataRow("colours-of-5-bits", 5), DataRow("colours-of-10-bits", 10), DataRow("colours-of-12-bits", 12)]
    [DataRow("planes-16-bit", 16), DataRow("tiles-16-bit", 16), DataRow("tiles-in-planes", 8)]
    public void SamplesOfAnyNumberOfBitsAreScaledToFullIntensity(string file, int bits)
    {
        var picture = Read(file);
        Assert.IsEmpty(picture.Warnings);
        Check(picture, file.StartsWith("grey", StringComparison.Ordinal) ? PixelLayout.Gray : PixelLayout.Rgb, bits <= 8 ? 8 : 16, (x, y, channel) => (double)Stored(x, y, channel, bits) / ((1 << bits) - 1));
    }

    [TestMethod]
    [DataRow("grey-signed-8", 8, "-128 became black, 127"), DataRow("colours-signed-16-bit", 16, "-32768 became black, 32767")]
    public void SignedSamplesBeginAtTheirLowest(string file, int bits, string said)
    {
        var picture = Read(file);
        AssertSaid(picture, PictureWarning.Samples, said);
        Check(picture, bits == 8 ? PixelLayout.Gray : PixelLayout.Rgb, bits, (x, y, channel) => (double)Stored(x, y, channel, bits) / ((1 << bits) - 1));
    }

    [TestMethod]
    [DataRow("half-float-colours", 10), DataRow("double-float-grey", 16), DataRow("float-predicted", 16)]
    public void FloatsFrom0To1AreIntensities(string file, int bits)
    {
        var picture = Read(file);
        AssertSaid(picture, PictureWarning.Samples, "0 became black, 1 white");
        Check(picture, file.EndsWith("grey", StringComparison.Ordinal) ? PixelLayout.Gray : PixelLayout.Rgb, 16, (x, y, channel) =>
        {
            var value = (double)Stored(x, y, channel, bits) / ((1 << bits) - 1);
            return bits == 10 ? (double)(Half)value : (float)value;
        });
    }

    [TestMethod]
    [DataRow("grey-of-32-bits", "its lowest value, 0, became black"), DataRow("grey-signed-32-bit", "its lowest value, -5E+06, became black")]
    public void OtherNumbersAreStretchedFromTheLowestToTheHighest(string file, string said)
    {
        var picture = Read(file);
        AssertSaid(picture, PictureWarning.Samples, said);
        const double highest = (37 * (Width - 1)) + (11 * (Height - 1));
        Check(picture, PixelLayout.Gray, 16, (x, y, _) => Stored(x, y, 0, 16) / highest);
    }

    [TestMethod]
    public void FloatsOutside0To1AreStretchedAndWhatIsNoNumberIsBlack()
    {
        var picture = Read("float-grey-outside-0-to-1");
        Assert.HasCount(2, picture.Warnings);
        Assert.Contains("-300, became black, its highest, 690, white", picture.Warnings[0].Message);
        Assert.Contains("2 samples", picture.Warnings[1].Message);
        Check(picture, PixelLayout.Gray, 16, (x, y, _) => (x, y) is (5, 3) or (5, 4) ? 0 : Stored(x, y, 0, 10) / 990.0);
    }

    [TestMethod]
    [DataRow("two-levels-g3-1d"), DataRow("two-levels-g3-2d"), DataRow("two-levels-g3-2d-fill"), DataRow("two-levels-g4"), DataRow("two-levels-g4-lsb-first"), DataRow("two-levels-packbits")]
    [DataRow("two-levels-white-is-zero"), DataRow("two-levels-white-is-zero-g4")]
    public void FaxesAndOtherPicturesOfTwoLevels(string file)
    {
        var picture = Read(file);
        Assert.IsEmpty(picture.Warnings);
        var white = file.Contains("white-is-zero") ? 0 : 1;
        Check(picture, PixelLayout.Gray, 8, (x, y, _) => ((37 * x) + (11 * y)) / 64 % 2 == white ? 1 : 0);
    }

    [TestMethod]
    [DataRow("grey-with-alpha", 8), DataRow("grey-with-alpha-16-bit", 16)]
    public void GreyWithAlpha(string file, int bits) => Check(Read(file), PixelLayout.GrayAlpha, bits, (x, y, channel) => (double)Stored(x, y, channel, bits) / ((1 << bits) - 1));

    [TestMethod]
    public void PremultipliedAlphaBecomesStraight() => Check(Read("premultiplied-alpha"), PixelLayout.Rgba, 8, (x, y, channel) =>
    {
        var alpha = Stored(x, y, 3, 8);
        return channel == 3 ? alpha / 255.0 : alpha == 0 ? 0 : Math.Min((double)Stored(x, y, channel, 8) / alpha, 1);
    });

    [TestMethod]
    public void SamplesThatAreNeitherColourNorAlphaAreLeftOutAndSaid()
    {
        var picture = Read("five-samples");
        AssertSaid(picture, PictureWarning.Samples, "2 are neither colour nor alpha");
        Check(picture, PixelLayout.Rgb, 8, (x, y, channel) => Stored(x, y, channel, 8) / 255.0);
    }

    [TestMethod]
    [DataRow("brightness-and-colour-1-1", 2), DataRow("brightness-and-colour-2-2", 9)]
    public void BrightnessAndColour(string file, int tolerance)
    {
        var picture = Read(file);
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            int[] color = [40 + (5 * x), 30 + (7 * y), 60 + (3 * x) + (2 * y)];
            for (var channel = 0; channel < 3; channel++)
                Assert.AreEqual(color[channel], picture[x, y, channel], (double)tolerance, $"{x}, {y}");
        }
    }

    /// <summary>The expected colours are ImageMagick 6.9's.</summary>
    [TestMethod]
    public void CieLab()
    {
        var picture = Read("lab");
        AssertSaid(picture, PictureWarning.Colors, "CIE Lab");
        int[][] expected = [[111, 0, 76], [255, 171, 121]];
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(expected[0][channel], picture[5, 4, channel], 20.0);
            Assert.AreEqual(expected[1][channel], picture[20, 10, channel], 20.0);
        }
    }

    [TestMethod]
    [DataRow("zstandard-16-bit", 16), DataRow("zstandard-tiles", 8)]
    public void Zstandard(string file, int bits) => Check(Read(file), PixelLayout.Rgb, bits, (x, y, channel) => (double)Stored(x, y, channel, bits) / ((1 << bits) - 1));

    [TestMethod]
    public void ACameraSRawDataIsNotTakenForItsThumbnail()
    {
        var file = File.ReadAllBytes(TestData.Fixture("formats", "grey-of-4-bits.tif"));
        // The directory is the last but its offset to the next, and its first entry, the width, becomes a DNG's version.
        var directory = BitConverter.ToInt32(file, 4);
        BitConverter.GetBytes((ushort)50706).CopyTo(file, directory + 2);
        Assert.Contains("raw", Assert.ThrowsExactly<PictureFormatException>(() => AllFormats.Decode(file)).Message);
    }

    private static int Stored(int x, int y, int channel, int bits) => ((37 * x) + (11 * y) + (5 * channel)) % (1 << bits);

    private static void Check(Picture picture, PixelLayout layout, int bitDepth, Func<int, int, int, double> expected)
    {
        Assert.AreEqual((Width, Height, layout, bitDepth), (picture.Width, picture.Height, picture.Layout, picture.BitDepth));
        for (var i = 0; i < Width * Height * picture.Channels; i++)
        {
            var (x, y, channel) = (i / picture.Channels % Width, i / picture.Channels / Width, i % picture.Channels);
            Assert.AreEqual(expected(x, y, channel) * picture.MaxValue, picture[x, y, channel], 0.51, $"channel {channel} at {x}, {y}");
        }
    }

    private static void AssertSaid(Picture picture, string code, string message)
    {
        Assert.AreEqual(code, picture.Warnings.Single().Code);
        Assert.Contains(message, picture.Warnings.Single().Message);
    }

    private static Picture Read(string file) => AdaFormer.ImageSharp.PictureFormats.Reader().Read(TestData.Fixture("formats", $"{file}.tif"));
}
