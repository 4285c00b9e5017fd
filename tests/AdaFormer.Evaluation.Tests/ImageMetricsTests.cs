using System.Text.Json;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.Tests;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class ImageMetricsTests
{
    [TestMethod]
    [DataRow("scene", 2), DataRow("scene", 3), DataRow("scene", 4), DataRow("odd", 2), DataRow("odd", 3), DataRow("odd", 4)]
    public void Metrics_EqualTheFixtures(string name, int factor)
    {
        using var metrics = JsonDocument.Parse(File.ReadAllBytes(TestData.Fixture("pictures", "metrics.json")));
        var expected = metrics.RootElement.GetProperty($"{name}_x{factor}");
        var (reference, picture) = (Pictures.Fixture(name), Pictures.Fixture($"{name}_x{factor}_bicubic_back"));
        var border = expected.GetProperty("crop").GetInt32();
        Assert.AreEqual(expected.GetProperty("psnr_y").GetDouble(), ImageMetrics.Psnr.Measure(reference, picture, border), 1e-9);
        Assert.AreEqual(expected.GetProperty("ssim_y").GetDouble(), ImageMetrics.Ssim.Measure(reference, picture, border), 1e-11);
    }

    [TestMethod]
    [DataRow(double.PositiveInfinity, "∞"), DataRow(double.NegativeInfinity, "–"), DataRow(double.NaN, "–"), DataRow(31.006, "31.01"), DataRow(-0.5, "-0.50")]
    public void WhatIsNoNumberIsShownAsTheFieldDoes(double value, string expected) => Assert.AreEqual(expected, ImageMetrics.Psnr.Format(value));

    [TestMethod]
    public void EqualPictures_ArePerfect()
    {
        var picture = Pictures.Fixture("odd");
        Assert.AreEqual(double.PositiveInfinity, ImageMetrics.Psnr.Measure(picture, picture, 4));
        Assert.AreEqual(1, ImageMetrics.Ssim.Measure(picture, picture, 4), 1e-15);
    }

    [TestMethod]
    public void Psnr_CanBeReckonedByHand()
    {
        var black = new Picture(5, 4, PixelLayout.Rgb);
        var white = Pictures.Make(5, 4, PixelLayout.Rgb, 8, (_, _, _) => 255);
        Assert.AreEqual(20 * Math.Log10(255.0 / 219), ImageMetrics.Psnr.Measure(black, white, 1), 1e-12);
        var (gray, lighter) = (Pictures.Make(5, 4, PixelLayout.Gray, 8, (_, _, _) => 100), Pictures.Make(5, 4, PixelLayout.Gray, 8, (_, _, _) => 101));
        Assert.AreEqual(20 * Math.Log10(255), ImageMetrics.Psnr.Measure(gray, lighter, 0), 1e-12);
    }

    [TestMethod]
    public void TheBorder_DoesNotCount()
    {
        var picture = Pictures.Fixture("odd");
        var other = Pictures.Make(picture.Width, picture.Height, picture.Layout, 8,
            (x, y, channel) => x < 3 || y < 3 || x >= picture.Width - 3 || y >= picture.Height - 3 ? 0 : picture[x, y, channel]);
        Assert.AreEqual(double.PositiveInfinity, ImageMetrics.Psnr.Measure(picture, other, 3));
        Assert.IsLessThan(100, ImageMetrics.Psnr.Measure(picture, other, 2));
    }

    [TestMethod]
    public void AGrayReference_IsYItself()
    {
        var picture = Pictures.Fixture("odd");
        var luma = Pictures.Make(picture.Width, picture.Height, PixelLayout.Gray, 8, (x, y, _) =>
            (int)Math.Round(16 + (65.481 * picture[x, y, 0] + 128.553 * picture[x, y, 1] + 24.966 * picture[x, y, 2]) / 255));
        Assert.IsGreaterThan(20 * Math.Log10(255 / 0.5), ImageMetrics.Psnr.Measure(luma, picture, 0));
        Assert.Contains("gray", Assert.ThrowsExactly<ArgumentException>(() => ImageMetrics.Psnr.Measure(picture, luma, 0)).Message);
    }

    [TestMethod]
    public void SixteenBitsAndAlpha_GiveTheSame()
    {
        var (a, b) = (Pictures.Fixture("odd"), Pictures.Fixture("odd_x2_bicubic_back"));
        var (psnr, ssim) = (ImageMetrics.Psnr.Measure(a, b, 2), ImageMetrics.Ssim.Measure(a, b, 2));
        var deep = Pictures.Make(b.Width, b.Height, PixelLayout.Rgba, 16, (x, y, channel) => channel == 3 ? x : b[x, y, channel] * 257);
        Assert.AreEqual(psnr, ImageMetrics.Psnr.Measure(a, deep, 2), 1e-9);
        Assert.AreEqual(ssim, ImageMetrics.Ssim.Measure(a, deep, 2), 1e-11);
    }

    [TestMethod]
    public void WhatCannotBeMeasured_IsNamed()
    {
        var picture = new Picture(20, 12, PixelLayout.Rgb);
        Assert.Contains("expected the reference's 20×12", Assert.ThrowsExactly<ArgumentException>(() => ImageMetrics.Psnr.Measure(picture, new Picture(12, 20, PixelLayout.Rgb), 0)).Message);
        Assert.Contains("11×11", Assert.ThrowsExactly<ArgumentException>(() => ImageMetrics.Ssim.Measure(picture, picture, 1)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => ImageMetrics.Psnr.Measure(picture, picture, 6));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageMetrics.Psnr.Measure(picture, picture, -1));
    }
}
