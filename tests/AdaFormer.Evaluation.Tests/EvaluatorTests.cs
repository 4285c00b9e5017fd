using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class EvaluatorTests
{
    [TestMethod]
    [RequiresData]
    [DataRow("Set5", 28.43, 0.811)]
    [DataRow("Set14", 26.09, 0.705)]
    public void BicubicScoresAreTheKnownOnes(string benchmark, double psnr, double ssim)
    {
        var average = Evaluate(benchmark, null).Average;

        Assert.AreEqual(psnr, average.Bicubic[ImageMetrics.Psnr], 0.005);
        Assert.AreEqual(ssim, average.Bicubic[ImageMetrics.Ssim], 0.0005);
    }

    [TestMethod]
    [RequiresData]
    public void TheBuiltInModelKeepsItsPromiseOnSet5()
    {
        var halting = Evaluate("Set5", null).Average;
        var unhalted = Evaluate("Set5", 1e9f).Average;

        Assert.IsGreaterThan(30.5, halting.Upscaled[ImageMetrics.Psnr]);
        Assert.IsLessThan(0.05, unhalted.Upscaled[ImageMetrics.Psnr] - halting.Upscaled[ImageMetrics.Psnr]);
        Assert.IsGreaterThan(0.2, halting.HaltedLastBlock);
    }

    [TestMethod]
    [RequiresData]
    public void LumaOriginalsAreMeasuredAgainstColourInputs()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        using var luma = new TemporaryFolder();
        File.Copy(Path.Combine(TestData.Folder!, "bench", "Urban100", "HR_Y", "001.png"), luma.File("001.png"));

        var report = new Evaluator(model, new PictureReader()).Run(luma.FullName, Path.Combine(TestData.Folder!, "bench", "Urban100", "LRx4"));

        Assert.HasCount(1, report.Images);
        Assert.IsGreaterThan(report.Average.Bicubic[ImageMetrics.Psnr], report.Average.Upscaled[ImageMetrics.Psnr]);
    }

    [TestMethod]
    public void OriginalsAreCutToAMultipleOfTheScaleAndAveraged()
    {
        using var model = Models.Load("tiny-x3");
        using var folder = new TemporaryFolder();
        foreach (var (width, height) in new[] { (61, 47), (59, 50) })
        {
            using var file = File.Create(folder.File($"{width}.png"));
            PngFile.Save(Models.Picture(width, height), file);
        }

        var report = new Evaluator(model, new PictureReader(), 1e9f).Run(folder.FullName);

        CollectionAssert.AreEqual(new[] { "59.png", "61.png" }, report.Images.Select(image => image.Name).ToArray());
        Assert.AreEqual((report.Images[0].Upscaled[ImageMetrics.Ssim] + report.Images[1].Upscaled[ImageMetrics.Ssim]) / 2, report.Average.Upscaled[ImageMetrics.Ssim], 1e-12);
        Assert.AreEqual(0, report.Average.HaltedShare);
    }

    [TestMethod]
    public void TheSharesOfTheBlocksAverageToTheShareOfAll()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        using var folder = new TemporaryFolder();
        foreach (var (width, height) in new[] { (200, 160), (128, 96) })
        {
            using var file = File.Create(folder.File($"{width}.png"));
            PngFile.Save(Models.Picture(width, height), file);
        }

        var report = new Evaluator(model, new PictureReader(), 0.3f).Run(folder.FullName);

        foreach (var score in report.Images.Append(report.Average))
        {
            Assert.HasCount(model.Description.Blocks, score.HaltedByBlock);
            Assert.AreEqual(0, score.HaltedByBlock[0], "the first block keeps all");
            Assert.AreEqual(score.HaltedLastBlock, score.HaltedByBlock[^1]);
            Assert.AreEqual(score.HaltedShare, score.HaltedByBlock.Average(), 1e-9);
        }

        Assert.IsGreaterThan(0, report.Average.HaltedLastBlock);
        Assert.AreEqual(report.Images.Average(image => image.HaltedByBlock[^1]), report.Average.HaltedByBlock[^1], 1e-12);
    }

    [TestMethod]
    public void AnyWayOfUpscalingIsMeasuredByAnyMetric()
    {
        var pairs = new[] { 61, 59 }.Select(width => EvaluationPair.Reduce($"{width}", Models.Picture(width, 47), 3)).ToArray();
        var told = new List<PictureScore>();

        var report = new Evaluator(3, (input, _) => (BicubicResampler.Upscale(input, 3), null)) { Metrics = [new LargestDifference(), ImageMetrics.Psnr] }
            .Run(pairs, new Collector<PictureScore>(told));

        CollectionAssert.AreEqual(new[] { "61", "59" }, report.Images.Select(score => score.Name).ToArray());
        CollectionAssert.AreEqual(report.Images.ToArray(), told);
        foreach (var (metric, score) in report.Average.Upscaled)
            Assert.AreEqual(report.Average.Bicubic[metric], score, metric.Name);
        var (name, value) = report.Images[0].Upscaled.Select(score => (score.Key, score.Value)).First();
        Assert.AreEqual(("largest_difference", 0), (name.Key, name.Decimals));
        Assert.IsTrue(value is > 0 and < 256);
        Assert.IsEmpty(report.Average.HaltedByBlock);
    }

    [TestMethod]
    public void WhatIsNotAskedForIsNotMeasured()
    {
        using var model = Models.Load("tiny-x3");
        var evaluator = new Evaluator(model) { Metrics = [ImageMetrics.Psnr], Bicubic = false };

        var score = evaluator.Run([EvaluationPair.Reduce("noise", Models.Picture(17, 13), 3)]).Images.Single();

        Assert.AreEqual(ImageMetrics.Psnr, score.Upscaled.Keys.Single());
        Assert.IsEmpty(score.Bicubic);
        Assert.Contains("no pictures", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Run([])).Message);
    }

    private sealed class LargestDifference : IImageMetric
    {
        public string Name => "largest-difference";

        public string Unit => "grey levels";

        public int Decimals => 0;

        public double Measure(Picture original, Picture upscaled, int border) => (
            from y in Enumerable.Range(border, original.Height - (2 * border))
            from x in Enumerable.Range(border, original.Width - (2 * border))
            select Math.Abs(original[x, y, 0] - upscaled[x, y, 0])).Max();
    }

    private static EvaluationReport Evaluate(string benchmark, float? threshold)
    {
        using var model = UpscalingModel.LoadBuiltIn();
        return new Evaluator(model, new PictureReader(), threshold).Run(Path.Combine(TestData.Folder!, "bench", benchmark, "HR"));
    }
}
