using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests;

namespace AdaFormer.Evaluation.Tests;

/// <summary>A model of scale 1 is measured against originals of the size of its inputs.</summary>
[TestClass]
public sealed class RepairTests : IDisposable
{
    private static readonly string File = TestData.Fixture("models", "repair-x1.onnx");
    private readonly TemporaryFolder _folder = new();
    private readonly UpscalingModel _model = UpscalingModel.Load(File);

    public RepairTests()
    {
        var picture = new Picture(83, 61, PixelLayout.Rgb);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width * 3; x++)
                picture.Row8(y)[x] = (byte)(128 + (60 * Math.Sin(x / 29.0) * Math.Cos(y / 7.0)));
        }

        using var file = System.IO.File.Create(_folder.File("odd.png"));
        PngFile.Save(picture, file);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void NothingIsReducedAndTheInputIsWhatItIsComparedWith()
    {
        var picture = new PictureReader().Read(_folder.File("odd.png"));
        var pair = EvaluationPair.Reduce("odd", picture, 1, Noise);

        var score = new Evaluator(_model, new PictureReader(), spoil: Noise).Run(_folder.FullName).Average;

        Assert.AreEqual((83, 61, 83, 61), (pair.Original.Width, pair.Original.Height, pair.Input.Width, pair.Input.Height));
        Assert.AreEqual(ImageMetrics.Psnr.Measure(picture, Noise(picture), 1), score.Bicubic[ImageMetrics.Psnr], 1e-9);
        Assert.AreEqual(ImageMetrics.Psnr.Measure(picture, new Upscaler(_model).Upscale(Noise(picture)).Picture, 1), score.Upscaled[ImageMetrics.Psnr], 1e-9);
        Assert.IsGreaterThan(score.Bicubic[ImageMetrics.Psnr] + 1, score.Upscaled[ImageMetrics.Psnr]);
    }

    [TestMethod]
    public void AComparisonSpoilsTheInputsOfAll()
    {
        var comparison = new ModelComparison(new PictureReader(), rounds: 1) { Spoil = Noise };

        var result = comparison.Run([File], _folder.FullName, areOriginals: true).Single();

        Assert.AreEqual(new Evaluator(_model, new PictureReader(), spoil: Noise).Run(_folder.FullName).Average.Upscaled[ImageMetrics.Psnr], result.Scores![ImageMetrics.Psnr], 1e-9);
        Assert.AreEqual(1, result.Model.Scale);
    }

    private static Picture Noise(Picture picture) => GaussianNoise.Add(picture, 30);
}
