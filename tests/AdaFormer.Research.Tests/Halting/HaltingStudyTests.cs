using AdaFormer.Export;
using AdaFormer.Imaging;
using AdaFormer.Research.Halting;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Tests;
using static TorchSharp.torch;

namespace AdaFormer.Research.Tests.Halting;

[TestClass]
public sealed class HaltingStudyTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void AsMuchIsHaltedElsewhereAndAllThresholdsAreMeasured()
    {
        random.manual_seed(5);
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        Pictures.Save(HalfNoise(90, 74), _folder.File("picture.png"));
        var done = new List<int>();
        var study = HaltingStudy.Run(
            network, new FolderEvaluation(_folder.FullName, 2), [0.3, 0.36], new Collector<int>(done));

        Assert.HasCount(3, study.RankCorrelation);
        Assert.IsTrue(study.RankCorrelation.All(value => Math.Abs(value) <= 1));
        CollectionAssert.AreEqual(new[] { 0.3, 0.36 }, study.Points.Select(point => point.Confident.HaltingThreshold).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(1, 6).ToArray(), done);
        foreach (var (confident, elsewhere) in study.Points)
        {
            CollectionAssert.AreEqual(confident.HaltedShare.ToArray(), elsewhere.HaltedShare.ToArray());
            Assert.AreEqual(confident.WorkShare, elsewhere.WorkShare, 1e-12);
            Assert.IsLessThan(1, confident.WorkShare);
        }
    }

    [TestMethod]
    public void TokensOfSeveralPixelsAreStudiedOneByOne()
    {
        random.manual_seed(5);
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2) with { TokenStride = 2 });
        Pictures.Save(HalfNoise(90, 74), _folder.File("picture.png"));

        var study = HaltingStudy.Run(network, new FolderEvaluation(_folder.FullName, 2), [0.36]);

        Assert.HasCount(3, study.RankCorrelation);
        Assert.IsTrue(study.RankCorrelation.All(value => Math.Abs(value) is > 0 and <= 1));
        Assert.AreEqual(study.Points[0].Confident.WorkShare, study.Points[0].RandomControl.WorkShare, 1e-12);
    }

    [TestMethod]
    public void AThresholdThatIsNoNumberIsRefused()
    {
        using var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2));
        Pictures.Save(HalfNoise(16, 16), _folder.File("picture.png"));
        Assert.ThrowsExactly<ArgumentException>(() => HaltingStudy.Run(network, new FolderEvaluation(_folder.FullName, 2), [double.NaN]));
    }

    private static Picture HalfNoise(int width, int height)
    {
        var picture = Pictures.Noise(width, height, 3);
        for (var y = 0; y < height / 2; y++)
            picture.Row8(y).Fill(90);
        return picture;
    }
}
