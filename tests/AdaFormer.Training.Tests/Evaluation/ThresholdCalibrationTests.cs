using AdaFormer.Export;
using AdaFormer.Tests;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Network;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Evaluation;

[TestClass]
public sealed class ThresholdCalibrationTests
{
    [TestMethod]
    public void TakesTheLargestSavingWithinTheTolerance()
    {
        using var folder = new TemporaryFolder();
        Pictures.Save(Pictures.Scene(70, 50, 1), folder.File("a.png"));
        Pictures.Save(Pictures.Scene(50, 66, 2), folder.File("b.png"));
        random.manual_seed(4);
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2, ImageSkip.Bilinear));
        var pictures = new FolderEvaluation(folder.FullName, 2);
        double[] thresholds = [0.1, 0.3, 0.5, 5];

        var strict = ThresholdCalibration.Run(network, pictures, thresholds, tolerance: 1e-9);
        var loose = ThresholdCalibration.Run(network, pictures, thresholds, tolerance: 100);
        Assert.HasCount(4, strict.Measurements);
        Assert.IsGreaterThanOrEqualTo(strict.Unhalted.Psnr - 1e-9, strict.Chosen.Psnr);
        Assert.AreEqual(0.1, loose.Chosen.HaltingThreshold, "Everything is allowed, so the lowest threshold saves most.");
        Assert.AreEqual(0, loose.Chosen.HaltedShare[0], "The first block keeps all.");
        Assert.AreEqual(1, loose.Chosen.HaltedShare[^1]);
        Assert.AreEqual(0, loose.Unhalted.HaltedShare.Sum());
        CollectionAssert.AreEqual(new[] { "a.png", "b.png" }, loose.Chosen.Pictures.Select(picture => picture.Name).ToArray());
    }

    [TestMethod]
    public void AnotherScaleAndNoThresholdsAreErrors()
    {
        using var folder = new TemporaryFolder();
        Pictures.Save(Pictures.Scene(24, 24, 1), folder.File("a.png"));
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        Assert.ThrowsExactly<ArgumentException>(() => new FolderEvaluation(folder.FullName, 3).Measure(network, 1));
        Assert.ThrowsExactly<ArgumentException>(() => ThresholdCalibration.Run(network, new FolderEvaluation(folder.FullName, 2), []));
    }
}
