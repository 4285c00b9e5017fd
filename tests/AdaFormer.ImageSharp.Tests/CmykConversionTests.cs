using AdaFormer.ImageSharp;
using AdaFormer.ImageSharp.Icc;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>CMYK through profiles, against lcms2.</summary>
[TestClass]
public class CmykConversionTests
{
    // Percent of cyan, magenta, yellow and black.
    private static readonly int[][] Inks =
    [
        [0, 0, 0, 0], [100, 0, 0, 0], [0, 100, 0, 0], [0, 0, 100, 0], [0, 0, 0, 100], [20, 40, 60, 0], [80, 40, 0, 40], [100, 100, 100, 100], [60, 60, 40, 20], [40, 20, 20, 80],
    ];

    [TestMethod]
    [DataRow("lut8", "255 255 255, 0 149.1 208.7, 216.3 35.7 129.2, 255 233 0, 32.2 32.2 32.2, 203.5 151.6 100.7, 47.9 80.6 115.8, 0 0 0, 111.3 87.4 103.2, 44.5 55.4 60.1")]
    [DataRow("lut16", "255 255 255, 0 149.4 208.9, 216.9 36.8 129.7, 255 232.6 0, 32.7 32.7 32.7, 211 153.6 89.2, 60.3 87.7 130.1, 0 0 0, 126.7 91.8 97.1, 56.2 60.1 61.9")]
    [DataRow("lutAtoB", "244.7 239.6 235.7, 0 147.7 201.3, 211.8 50.1 124, 245.1 220 0, 37.9 43.2 37.6, 203.7 151.6 110.6, 62.7 89.5 124, 11.9 19.5 12.6, 120.1 97.2 120, 55.5 67.8 68.4")]
    public void EveryFormOfTableGivesLcmsColours(string profile, string golden)
    {
        var conversion = CmykConversion.Of(File.ReadAllBytes(TestData.Fixture("icc", $"{profile}.icc")));
        Assert.IsTrue(conversion.HasProfile);
        var pixels = new byte[3 * Inks.Length];

        conversion.Convert([.. Enumerable.Range(0, 4).Select(ink => Inks.Select(inks => (byte)(255 * (100 - inks[ink]) / 100)).ToArray())], pixels);

        var expected = golden.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        for (var i = 0; i < pixels.Length; i++)
            Assert.AreEqual(expected[i], pixels[i], 1.1, $"{string.Join(' ', Inks[i / 3])}, channel {i % 3}");
        Assert.IsLessThan(0.4, pixels.Zip(expected, (pixel, golden) => Math.Abs(pixel - golden)).Average());
    }

    /// <summary>The inks above in percent, with lut8.icc, by tifffile.</summary>
    [TestMethod]
    [DataRow("cmyk-profile.tif", 8), DataRow("cmyk-profile-16-bit-planes.tif", 16)]
    public void ATiffIsConvertedThroughItsProfile(string file, int bits)
    {
        var picture = PictureFormats.Reader().Read(TestData.Fixture("formats", file));

        Assert.AreEqual((PixelLayout.Rgb, bits, true), (picture.Layout, picture.BitDepth, picture.Metadata.IccProfile is null));
        Assert.Contains("through its profile", picture.Warnings.Single().Message);
        double[][] expected = [[255, 255, 255], [0, 149.1, 208.7], [216.3, 35.7, 129.2], [255, 233, 0], [32.2, 32.2, 32.2], [203.5, 151.6, 100.7], [47.9, 80.6, 115.8], [0, 0, 0], [111.3, 87.4, 103.2], [44.5, 55.4, 60.1]];
        for (var x = 0; x < Inks.Length; x++)
        {
            for (var channel = 0; channel < 3; channel++)
                Assert.AreEqual(expected[x][channel], picture[x, 0, channel] / (bits == 8 ? 1.0 : 257), 1.1, $"{string.Join(' ', Inks[x])}, channel {channel}");
        }
    }

    [TestMethod]
    public void OtherInksAreRefused() =>
        Assert.Contains("other inks", Assert.ThrowsExactly<PictureFormatException>(() => PictureFormats.Reader().Read(TestData.Fixture("formats", "other-inks.tif"))).Message);

    [TestMethod]
    public void APictureIsConvertedThroughItsProfileAndSaysSo()
    {
        var picture = PictureFormats.Reader().Read(TestData.Fixture("cases", "cmyk-profile.jpg"));

        Assert.AreEqual(PixelLayout.Rgb, picture.Layout);
        Assert.IsNull(picture.Metadata.IccProfile);
        Assert.AreEqual(PictureWarning.Colors, picture.Warnings.Single().Code);
        Assert.Contains("through its profile", picture.Warnings.Single().Message);
        var golden = PictureFormats.Reader().Read(TestData.Fixture("icc", "cmyk-profile.ppm"));
        var differences = Enumerable.Range(0, picture.Height).SelectMany(y => picture.Row8(y).ToArray().Zip(golden.Row8(y).ToArray(), (one, other) => Math.Abs(one - other))).ToArray();
        Assert.IsLessThan(0.3, differences.Average());
        Assert.IsLessThanOrEqualTo(2, differences.Max());
    }

    /// <summary>Cut off or altered anywhere, a profile is read or passed over, at little cost.</summary>
    [TestMethod]
    [DataRow("lut8"), DataRow("lut16"), DataRow("lutAtoB")]
    public void R7_ADamagedProfileIsReadOrPassedOver(string name)
    {
        var profile = File.ReadAllBytes(TestData.Fixture("icc", $"{name}.icc"));
        for (var length = 0; length < profile.Length; length += 7)
            Assert.IsNull(IccLut.Read(profile.AsSpan(0, length)), $"{length}");
        var color = new float[3];
        for (var i = 0; i < 400; i++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0xFF })
            {
                var damaged = (byte[])profile.Clone();
                damaged[i] = value;
                var before = GC.GetAllocatedBytesForCurrentThread();
                IccLut.Read(damaged)?.Evaluate([0.3f, 1, 0, 0.7f], color);
                Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.IsTrue(color.All(float.IsFinite));
            }
        }
    }

    [TestMethod]
    public void WithoutAUsableProfileColoursAreGuessedAndItSaysSo()
    {
        Assert.IsFalse(CmykConversion.Of(null).HasProfile);
        Assert.IsFalse(CmykConversion.Of(PlainMetadata.Profile("CMYK")).HasProfile);
        Assert.IsFalse(CmykConversion.Of(PlainMetadata.Profile("RGB ")).HasProfile);
        var warning = PictureFormats.Reader().Read(TestData.Fixture("formats", "cmyk.jpg")).Warnings.Single();
        Assert.AreEqual(PictureWarning.Colors, warning.Code);
        Assert.Contains("without", warning.Message);
    }
}
