using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.Tests;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public sealed class ModelComparisonTests : IDisposable
{
    private readonly UpscalingModel _model = UpscalingModel.Load(Models.FeedForward());
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void ThereAreScoresAndNoThresholdToCalibrate()
    {
        File.Copy(TestData.Fixture("pictures", "odd.png"), _folder.File("odd.png"));

        var average = new Evaluator(_model, new PictureReader()).Run(_folder.FullName).Average;

        Assert.AreEqual((0.0, 0.0, 0), (average.HaltedShare, average.HaltedLastBlock, average.HaltedByBlock.Count));
        Assert.Contains("does not halt", Assert.ThrowsExactly<ArgumentException>(() => ThresholdCalibration.Find(_model, [Models.Picture(64, 64)])).Message);
    }

    [TestMethod]
    public void ModelsAreComparedOnTheSamePictures()
    {
        File.Copy(TestData.Fixture("pictures", "odd.png"), _folder.File("odd.png"));
        using var models = new TemporaryFolder();
        File.WriteAllBytes(models.File("etds.onnx"), Models.FeedForward());

        var results = new ModelComparison(new PictureReader(), rounds: 1).Run([BuiltInModel.Name, models.File("etds.onnx")], _folder.FullName, areOriginals: true);

        Assert.AreEqual(new Evaluator(_model, new PictureReader()).Run(_folder.FullName).Average.Upscaled[ImageMetrics.Psnr], results[1].Scores![ImageMetrics.Psnr], 1e-9);
        Assert.IsGreaterThan(results[1].Scores![ImageMetrics.Psnr], results[0].Scores![ImageMetrics.Psnr], "a trained network beats random weights");
        Assert.IsTrue(results.All(result => result.MillisecondsPerMegapixel > 0));

        var enlarged = new ModelComparison(new PictureReader(), rounds: 1).Run(["tiny-x2"], _folder.FullName, areOriginals: false).Single();
        using var builtIn = UpscalingModel.LoadByName("tiny-x2");
        var share = new Upscaler(builtIn).Upscale(new PictureReader().Read(_folder.File("odd.png"))).HaltingDepth.HaltedShare;
        Assert.IsGreaterThan(0, share);
        Assert.AreEqual((null, share), (enlarged.Scores, enlarged.HaltedShare));
    }
}
