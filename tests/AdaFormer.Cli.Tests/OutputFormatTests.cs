using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public class OutputFormatTests
{
    private static readonly string Scene = TestData.Fixture("pictures", "scene_x4.png");

    [TestMethod]
    public void R14_PhotosKeepWhatTheySay()
    {
        using var adaformer = new AdaFormerProcess();
        var picture = new PictureReader().Read(Scene);
        picture.Metadata = new PictureMetadata { IccProfile = PlainMetadata.Profile("RGB "), Exif = PlainMetadata.Exif(6) };
        using (var stream = File.Create(adaformer["photo.jpg"]))
            new ImageSharpEncoder().Encode(picture, stream, ".jpg");
        foreach (var name in new[] { "large.jpg", "large.png", "large.tif", "large.webp" })
        {
            var (code, output, error) = adaformer.Run("upscale", "photo.jpg", "--scale", "2", "-o", name);

            Assert.AreEqual(0, code, error);
            Assert.Contains($"{name}: 48×60, 2 times 24×30", output);
            var metadata = PictureFormats.Reader().Read(adaformer[name]).Metadata;
            CollectionAssert.AreEqual(picture.Metadata.IccProfile, metadata.IccProfile);
            Assert.AreEqual(1, metadata.Orientation);
            Assert.AreEqual((48, 60), (PlainMetadata.Number(metadata.Exif!, 40962), PlainMetadata.Number(metadata.Exif!, 40963)));
        }
    }

    [TestMethod]
    public void QualityAndLossAreTheUsers()
    {
        using var adaformer = new AdaFormerProcess();

        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "good.jpg").Code);
        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "small.jpg", "--quality", "10").Code);
        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "exact.png").Code);
        Assert.AreEqual(0, adaformer.Run("upscale", Scene, "-o", "exact.webp", "--lossless").Code);

        Assert.IsLessThan(new FileInfo(adaformer["good.jpg"]).Length / 3, new FileInfo(adaformer["small.jpg"]).Length);
        var (png, webp) = (new PictureReader().Read(adaformer["exact.png"]), new PictureReader([new ImageSharpDecoder()]).Read(adaformer["exact.webp"]));
        for (var y = 0; y < png.Height; y++)
            CollectionAssert.AreEqual(png.Row8(y).ToArray(), webp.Row8(y).ToArray());
    }

    [TestMethod]
    public void R9_APhotoIsNeverOverwritten()
    {
        using var adaformer = new AdaFormerProcess();
        using (var stream = File.Create(adaformer["photo.jpg"]))
            new ImageSharpEncoder().Encode(new PictureReader().Read(Scene), stream, ".jpg");
        var before = File.ReadAllBytes(adaformer["photo.jpg"]);

        Assert.AreEqual(1, adaformer.Run("upscale", "photo.jpg", "-o", "photo.jpg", "--overwrite").Code);
        Assert.AreEqual(1, adaformer.Run("upscale", "photo.jpg", "-o", "a.jpg", "--halting-map", "photo.jpg", "--overwrite").Code);
        Assert.AreEqual(1, adaformer.Run("upscale", "photo.jpg", "-o", "a.jpg", "--halting-map", "a.jpg").Code);

        CollectionAssert.AreEqual(before, File.ReadAllBytes(adaformer["photo.jpg"]));
        CollectionAssert.AreEqual(new[] { "photo.jpg" }, adaformer.Files());
    }

    [TestMethod]
    public void AFormatThatIsTooSmall_IsRefusedBeforeTheWork()
    {
        using var adaformer = new AdaFormerProcess();
        var (code, _, error) = adaformer.Run("upscale", Scene, "-o", "a.webp", "--width", "16384");
        Assert.AreEqual(1, code);
        Assert.Contains("16383", error);
    }
}
