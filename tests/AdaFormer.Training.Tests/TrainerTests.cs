using System.Globalization;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.IO;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Commands;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;
using AdaFormer.Training.Progress;

namespace AdaFormer.Training.Tests;

[TestClass]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingConfiguration _configuration;

    public TrainerTests()
    {
        Directory.CreateDirectory(_folder.File("hr"));
        Pictures.Save(Pictures.Scene(80, 64, 0), _folder.File("hr/scene.png"));
        _configuration = new TrainingConfiguration
        {
            Preset = "tiny",
            Scale = 2,
            TrainingFolders = [_folder.File("hr")],
            ValidationFolder = _folder.File("hr"),
            OutputFolder = _folder.File("run"),
            PatchSize = 16,
            BatchSize = 2,
            Iterations = 10,
            LearningRate = 1e-3,
            Schedule = LearningRateSchedule.Cosine,
            LogInterval = 1,
            Threads = 1,
        };
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TenIterationsLowerTheLoss()
    {
        var news = new News();
        var path = new Trainer(_configuration).Run(progress: news);
        var losses = news.Reports.Where(report => report.Stage == TrainingStage.Training).Select(report => report.Statistics!.Figures["l1"]).ToArray();
        Assert.HasCount(10, losses);
        Assert.IsLessThan(losses[0], losses[^3..].Average());
        var validated = news.Reports.Single(report => report.Stage == TrainingStage.Validated);
        Assert.IsTrue(double.IsFinite(validated.Validation!.Psnr));
        using var network = NetworkWeights.Load(SafetensorsFile.Read(path!));
        Assert.AreEqual(_configuration.Network, network.Configuration);
        Assert.HasCount(11, File.ReadAllLines(_folder.File("run/training.csv")));
        Assert.HasCount(2, File.ReadAllLines(_folder.File("run/validation.csv")));
    }

    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(true, false, false)]
    [DataRow(false, true, false)]
    [DataRow(false, false, true)]
    [DataRow(true, true, false, true)]
    [DataRow(true, false, false, false, OptimizerKind.Muon)]
    public void R17_AResumedRunEqualsTheUninterruptedBitForBit(bool masks, bool spoilt, bool folded, bool taught = false, OptimizerKind optimizer = OptimizerKind.Adam)
    {
        var configuration = _configuration with
        {
            HaltingThreshold = masks ? 0.3 : 1e9,
            ValidationFolder = null,
            Degradation = spoilt ? new() : null,
            FoldedBranches = folded,
            Optimizer = optimizer,
            Teacher = taught ? "tiny-x2" : null,
        };
        var uninterrupted = File.ReadAllBytes(new Trainer(configuration).Run()!);
        var checkpoint = File.ReadAllBytes(_folder.File("run/checkpoint.safetensors"));
        var log = Log();
        var interrupted = new Trainer(configuration with { OutputFolder = _folder.File("again") });
        using (var source = new CancellationTokenSource())
        {
            var news = new News { When = report => { if (report is { Stage: TrainingStage.Training, Done: 4 }) source.Cancel(); } };
            Assert.ThrowsExactly<OperationCanceledException>(() => interrupted.Run(progress: news, cancellationToken: source.Token));
        }

        File.AppendAllText(_folder.File("again/training.csv"), "5,of,a,killed,run,x\n");
        CollectionAssert.AreEqual(uninterrupted, File.ReadAllBytes(interrupted.Run(resume: true)!));
        CollectionAssert.AreEqual(checkpoint, File.ReadAllBytes(interrupted.CheckpointPath));
        CollectionAssert.AreEqual(log, Log("again"));

        string[] Log(string run = "run") => File.ReadAllLines(_folder.File($"{run}/training.csv")).Select(WithoutSpeed).ToArray();
        static string WithoutSpeed(string line) => string.Join(',', line.Split(',')[..^1].Where((_, column) => column != 4));
    }

    [TestMethod]
    public void R17_KilledDuringACheckpoint_ThePreviousOneLoads()
    {
        var trainer = new Trainer(_configuration with { Iterations = 2, ValidationFolder = null });
        trainer.Run();
        var before = File.ReadAllBytes(trainer.CheckpointPath);
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(trainer.CheckpointPath, overwrite: true, stream =>
        {
            stream.Write(before, 0, before.Length / 2);
            throw new IOException("The disk is full.");
        }));
        File.WriteAllBytes(_folder.File("run/.checkpoint.safetensors.0123456789ab.adaformer-tmp"), before[..^9]);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(trainer.CheckpointPath));
        new Trainer(_configuration with { Iterations = 3, ValidationFolder = null }) { WithChanges = true }.Run(resume: true);
        Assert.IsEmpty(Directory.GetFiles(_folder.File("run"), "*tmp*"));
    }

    [TestMethod]
    [DataRow(1, 1000)]
    [DataRow(1000, 9)]
    [DataRow(1000, 1000)]
    public void R17_ALossThatIsNoNumber_StopsAndKeepsTheCheckpoint(int logInterval, int checkpointInterval)
    {
        var trainer = new Trainer(_configuration with { Iterations = 2, ValidationFolder = null });
        trainer.Run();
        var before = File.ReadAllBytes(trainer.CheckpointPath);
        var diverging = new Trainer(_configuration with
        {
            Iterations = 50,
            LearningRate = 1e30,
            ValidationFolder = null,
            LogInterval = logInterval,
            CheckpointInterval = checkpointInterval,
        }) { WithChanges = true };
        var error = Assert.ThrowsExactly<TrainingDivergedException>(() => diverging.Run(resume: true));
        Assert.Contains("learning_rate", error.Message);
        Assert.Contains("iteration 4 ", error.Message, "Iteration 3 makes the weights too large, 4 finds out.");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(trainer.CheckpointPath));
    }

    [TestMethod]
    public void AFrozenTrunkStaysAndTheEstimatorLearns()
    {
        var initial = SafetensorsFile.Read(new Trainer(_configuration with { Iterations = 1 }).Run()!);
        var frozen = _configuration with
        {
            FreezeTrunk = true,
            InitialWeights = _folder.File("run/weights.safetensors"),
            OutputFolder = _folder.File("frozen"),
        };
        var result = SafetensorsFile.Read(new Trainer(frozen).Run()!);
        foreach (var (name, weight) in initial.Tensors)
        {
            var same = weight.Values.SequenceEqual(result.Tensors[name].Values);
            Assert.AreEqual(!name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal), same, name);
        }
    }

    [TestMethod]
    public void ARunNeitherOverwritesACheckpointNorResumesFromNone()
    {
        var trainer = new Trainer(_configuration with { Iterations = 1 });
        Assert.Contains("no checkpoint", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Run(resume: true)).Message);
        trainer.Run();
        Assert.Contains("already", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Run()).Message);
        var other = new Trainer(_configuration with { Scale = 3 });
        Assert.Contains("another network", Assert.ThrowsExactly<WeightsFormatException>(() => other.Run(resume: true)).Message);
        var frozen = new Trainer(_configuration with { FreezeTrunk = true, InitialWeights = trainer.WeightsPath });
        Assert.Contains("freeze_trunk", Assert.ThrowsExactly<WeightsFormatException>(() => frozen.Run(resume: true)).Message);
    }

    [TestMethod]
    public void AMissingFolderAndADamagedPictureAreNamed()
    {
        var missing = new Trainer(_configuration with { TrainingFolders = [_folder.File("nowhere")] });
        Assert.Contains("nowhere", Assert.ThrowsExactly<DirectoryNotFoundException>(() => missing.Run()).Message);
        File.WriteAllText(_folder.File("hr/broken.png"), "no picture");
        Assert.Contains("broken.png", Assert.ThrowsExactly<AdaFormer.Imaging.PictureFormatException>(() => new Trainer(_configuration).Run()).Message);
    }

    [TestMethod]
    public void ATimeLimitSavesACheckpointAndEndsWithoutWeights()
    {
        var endless = _configuration with { Iterations = 1_000_000, Schedule = LearningRateSchedule.Halving, ValidationFolder = null };
        var trainer = new Trainer(endless) { TimeLimit = TimeSpan.FromSeconds(1) };
        Assert.IsNull(trainer.Run());
        Assert.IsFalse(File.Exists(trainer.WeightsPath));
        var at = long.Parse(SafetensorsFile.Read(trainer.CheckpointPath).Metadata["iteration"], CultureInfo.InvariantCulture);
        Assert.IsGreaterThan(0, at);
        Assert.IsNotNull(new Trainer(endless with { Iterations = at + 1 }).Run(resume: true), "Halving does not look at the last iteration.");
    }

    [TestMethod]
    public void AValidationThatWasInterruptedIsMadeUpFor()
    {
        using var source = new CancellationTokenSource();
        var configuration = _configuration with { ValidationInterval = 5, Iterations = 6, CheckpointInterval = 5 };
        var trainer = new Trainer(configuration);
        var news = new News { When = report => { if (report is { Stage: TrainingStage.Saved, Done: 5 }) source.Cancel(); } };
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Run(progress: news, cancellationToken: source.Token));
        trainer.Run(resume: true);
        CollectionAssert.AreEqual(
            new[] { "iteration", "5", "6" },
            File.ReadLines(_folder.File("run/validation.csv")).Select(line => line.Split(',')[0]).ToArray());
    }

    [TestMethod]
    public void ValidationOnJpegsStandsBesideTheCleanOne()
    {
        var news = new News();
        new Trainer(_configuration with { Iterations = 1, ImageSkip = ImageSkip.Bilinear, ValidationJpeg = 5 }).Run(progress: news);
        var validated = news.Reports.Single(report => report.Stage == TrainingStage.Validated);
        Assert.IsLessThan(validated.Validation!.Psnr - 1, validated.Jpeg!.Psnr, "Quality 5 costs more than that.");
        var lines = File.ReadAllLines(_folder.File("run/validation.csv"));
        Assert.EndsWith(",psnr_jpeg", lines[0]);
        Assert.AreEqual(validated.Jpeg.Psnr, double.Parse(lines[1].Split(',')[^1], CultureInfo.InvariantCulture), 1e-5);
        Assert.Contains("of JPEGs", File.ReadAllText(_folder.File("run/report.html")));
        Assert.Contains("of JPEGs", TrainingText.Psnr(validated));
    }

    [TestMethod]
    public void FoldedBranchesStartWhereThePlainNetworkDoesAndLeaveAPlainNetwork()
    {
        var plain = _configuration with { Iterations = 3, ValidationFolder = null };
        var news = new News();
        new Trainer(plain).Run(progress: news);
        var folded = new News();
        var path = new Trainer(plain with { FoldedBranches = true, OutputFolder = _folder.File("folded") }).Run(progress: folded);
        Assert.AreEqual(L1(news)[0], L1(folded)[0], "The same loss before the first step.");
        Assert.AreNotEqual(L1(news)[2], L1(folded)[2]);
        using var network = NetworkWeights.Load(SafetensorsFile.Read(path!));
        Assert.AreEqual(plain.Network, network.Configuration);
        var unfolded = new Trainer(plain with { OutputFolder = _folder.File("folded") }) { WithChanges = true };
        Assert.Contains("folded_branches", Assert.ThrowsExactly<WeightsFormatException>(() => unfolded.Run(resume: true)).Message);

        static double[] L1(News news) => news.Reports.Where(report => report.Statistics is not null).Select(report => report.Statistics!.Figures["l1"]).ToArray();
    }

    [TestMethod]
    public void ATeacherIsAskedOnceAndTheWeightsNameIt()
    {
        var news = new News();
        var configuration = _configuration with { Iterations = 1, ValidationFolder = null, Teacher = "tiny-x2", TeacherFolder = _folder.File("taught") };
        var taught = SafetensorsFile.Read(new Trainer(configuration).Run(progress: news)!);
        var teaching = news.Reports.Where(report => report.Stage == TrainingStage.Teaching).ToArray();
        Assert.AreEqual((1L, 1L), (teaching.Single().Done, teaching.Single().Total));
        var kept = Directory.GetFiles(_folder.File("taught")).Single();
        Assert.StartsWith("tiny-x2, SHA-256 ", taught.Metadata["training_teacher"]);

        Pictures.Save(Pictures.Noise(80, 64, 1), kept);
        var misled = SafetensorsFile.Read(new Trainer(configuration with { OutputFolder = _folder.File("misled") }).Run()!);
        Assert.IsTrue(taught.Tensors.Any(pair => !pair.Value.Values.SequenceEqual(misled.Tensors[pair.Key].Values)), "The kept picture is what is learned from.");
    }

    [TestMethod]
    public void StatisticsCountTheOperationsOfAnIteration()
    {
        var news = new News();
        new Trainer(_configuration with { Iterations = 1, PatchSize = 12 }).Run(progress: news);
        var means = news.Reports.Single(report => report.Statistics is not null).Statistics!;
        // Patches of 12 are padded to two windows of 8.
        var expected = 6.0 * 2 * 16 * 16 * _configuration.Network.MultiplyAddsPerPixel;
        Assert.AreEqual(expected, means.FlopsPerSecond / means.IterationsPerSecond, expected * 1e-9);
        Assert.EndsWith(",flops_per_second", File.ReadLines(_folder.File("run/training.csv")).First());
    }

    private sealed class News : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public Action<TrainingProgress>? When { get; init; }

        public void Report(TrainingProgress value)
        {
            lock (Reports)
                Reports.Add(value);
            When?.Invoke(value);
        }
    }
}
