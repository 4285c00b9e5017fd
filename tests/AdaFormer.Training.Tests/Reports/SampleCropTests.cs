using AdaFormer.Export;
using AdaFormer.Imaging;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Reports;

namespace AdaFormer.Training.Tests.Reports;

[TestClass]
public class SampleCropTests
{
    [TestMethod]
    [DataRow(2), DataRow(3), DataRow(4)]
    public void TheBusiestSquareIsShown(int scale)
    {
        var picture = new Picture(600, 420, PixelLayout.Rgb);
        for (var y = 0; y < picture.Height; y++)
            picture.Row8(y).Fill(128);
        var noise = Pictures.Noise(140, 140, 1);
        for (var y = 0; y < noise.Height; y++)
            noise.Row8(y).CopyTo(picture.Row8(260 + y)[(3 * 400)..]);
        using var network = new TrainableAdaFormer(new TrainingConfiguration { Preset = "tiny", Scale = scale, ImageSkip = ImageSkip.Bilinear });
        var pair = PicturePair.From(picture, scale);

        var crop = new SampleCrop("noise", pair);
        var panels = crop.Draw(network);

        Assert.AreEqual(470.0 / scale, crop.X + (crop.Width / 2.0), 45.0 / scale);
        Assert.AreEqual(330.0 / scale, crop.Y + (crop.Height / 2.0), 45.0 / scale);
        CollectionAssert.AreEqual(new[] { "bicubic", "network", "original", "halting map" }, panels.Select(panel => panel.Title).ToArray());
        foreach (var (title, panel) in panels)
            Assert.AreEqual((128 / scale * scale, 128 / scale * scale), (panel.Width, panel.Height), title);
        Assert.AreEqual(pair.High[(crop.X * scale) + 5, (crop.Y * scale) + 7, 1], panels[2].Picture[5, 7, 1]);
    }

    [TestMethod]
    public void TheNetworkSeesTheSurroundings()
    {
        using var network = new TrainableAdaFormer(new TrainingConfiguration { Preset = "tiny", Scale = 2, ImageSkip = ImageSkip.Bilinear, HaltingThreshold = 1e9 });
        var pair = PicturePair.From(Pictures.Scene(300, 260, 3), 2);
        var crop = new SampleCrop("scene", pair);

        var bicubic = crop.Draw(network)[0].Picture;

        var whole = PictureCrop.Part(BicubicResampler.Upscale(pair.Low, 2), 2 * crop.X, 2 * crop.Y, 128, 128);
        for (var y = 0; y < 128; y++)
            Assert.IsTrue(whole.Row8(y).SequenceEqual(bicubic.Row8(y)), $"row {y}");
    }

    [TestMethod]
    public void ASmallPictureIsShownWhole()
    {
        var crop = new SampleCrop("small", PicturePair.From(Pictures.Scene(40, 22, 0), 2));

        Assert.AreEqual((0, 0, 20, 11), (crop.X, crop.Y, crop.Width, crop.Height));
    }
}
