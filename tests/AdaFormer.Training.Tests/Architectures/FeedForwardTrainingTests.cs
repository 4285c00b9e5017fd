using System.Reflection;
using AdaFormer.Export;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.SwinIr;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;
using AdaFormer.Training.Progress;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>Networks without halting in the trainer.</summary>
[TestClass]
public sealed class FeedForwardTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FeedForwardTrainingTests()
    {
        Directory.CreateDirectory(_folder.File("hr"));
        Pictures.Save(Pictures.Scene(80, 64, 0), _folder.File("hr/scene.png"));
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void TenIterationsLowerTheLossAndTheWeightsExport(string architecture)
    {
        var news = new List<TrainingProgress>();
        var weights = File.ReadAllBytes(new Trainer(Configuration(architecture)).Run(progress: new Reports(news))!);

        var statistics = news.Where(report => report.Stage == TrainingStage.Training).Select(report => report.Statistics!).ToArray();
        Assert.IsLessThan(statistics[0].Figures["l1"], statistics[^3..].Average(means => means.Figures["l1"]));
        var description = ArchitectureRegistry.Describe(SafetensorsFile.Parse(weights));
        Assert.AreEqual((architecture, 2), (description.Architecture, description.Scale));
        Assert.IsNotEmpty(OnnxExporter.Export(weights));
        var side = (16 + description.SizeMultiple - 1) / description.SizeMultiple * description.SizeMultiple;
        Assert.AreEqual(6.0 * 2 * side * side * description.MultiplyAddsPerPixel, statistics[0].FlopsPerSecond / statistics[0].IterationsPerSecond, 1);
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void NothingIsSaidOfHalting(string architecture)
    {
        var news = new List<TrainingProgress>();
        new Trainer(Configuration(architecture) with { Iterations = 2, ValidationFolder = _folder.File("hr") }).Run(progress: new Reports(news));

        Assert.AreEqual("iteration,learning_rate,l1,iterations_per_second,flops_per_second", File.ReadLines(_folder.File("run/training.csv")).First());
        var validation = File.ReadAllLines(_folder.File("run/validation.csv"));
        Assert.AreEqual("iteration,psnr", validation[0]);
        Assert.HasCount(2, validation[1].Split(','));
        var report = File.ReadAllText(_folder.File("run/report.html"));
        Assert.Contains(architecture, report);
        foreach (var word in new[] { "halt", "Uncertainty", "Tokens that left", "ablation" })
            Assert.DoesNotContain(word, report, StringComparison.OrdinalIgnoreCase);
        var validated = news.Single(report => report.Stage == TrainingStage.Validated);
        Assert.IsNull(validated.Unhalted);
        Assert.IsTrue(double.IsFinite(validated.Validation!.Psnr));
        Assert.IsTrue(news.Where(report => report.Statistics is not null).All(report => report.Statistics is { Figures.Count: 1, HaltedShare.Count: 0 }));
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void R17_AResumedRunEqualsTheUninterruptedBitForBit(string architecture)
    {
        var configuration = Configuration(architecture) with { Iterations = 4 };
        var uninterrupted = File.ReadAllBytes(new Trainer(configuration).Run()!);
        var checkpoint = File.ReadAllBytes(_folder.File("run/checkpoint.safetensors"));
        var interrupted = new Trainer(configuration with { OutputFolder = _folder.File("again") });
        using (var source = new CancellationTokenSource())
        {
            var cancelling = new Reports([]) { When = report => { if (report is { Stage: TrainingStage.Training, Done: 2 }) source.Cancel(); } };
            Assert.ThrowsExactly<OperationCanceledException>(() => interrupted.Run(progress: cancelling, cancellationToken: source.Token));
        }

        CollectionAssert.AreEqual(uninterrupted, File.ReadAllBytes(interrupted.Run(resume: true)!));
        CollectionAssert.AreEqual(checkpoint, File.ReadAllBytes(interrupted.CheckpointPath));
    }

    [TestMethod]
    public void ACheckpointOfOtherSizesOrAnotherArchitectureIsRefused()
    {
        var configuration = Configuration("swinir") with { Iterations = 1 };
        new Trainer(configuration).Run();

        var wider = new Trainer(configuration with { Sizes = (SwinIrConfiguration)configuration.Sizes! with { Channels = 24 } });
        Assert.Contains("sizes", Assert.ThrowsExactly<WeightsFormatException>(() => wider.Run(resume: true)).Message);
        var other = new Trainer(configuration with { Architecture = "adaformer", Preset = "tiny", Sizes = null });
        Assert.Contains("architecture is swinir; expected adaformer", Assert.ThrowsExactly<WeightsFormatException>(() => other.Run(resume: true)).Message);
        var dropping = new Trainer(configuration with { Sizes = (SwinIrConfiguration)configuration.Sizes! with { DropPath = 0.3 } });
        Assert.Contains("swinir", Assert.ThrowsExactly<InvalidOperationException>(() => dropping.Run(resume: true)).Message);
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void TrainingGoesOnFromPublishedWeights(string architecture)
    {
        using (var network = SmallNetworks.Random(architecture, 2, 5))
        using (var stream = File.Create(_folder.File("published.safetensors")))
            network.Save(new Dictionary<string, string>()).Write(stream);
        var configuration = Configuration(architecture) with { Iterations = 1, LearningRate = 1e-12, InitialWeights = _folder.File("published.safetensors") };

        var trained = SafetensorsFile.Read(new Trainer(configuration).Run()!).Tensors;

        foreach (var (name, weight) in SafetensorsFile.Read(configuration.InitialWeights).Tensors.Where(pair => pair.Key.EndsWith("weight", StringComparison.Ordinal)))
            Assert.IsLessThan(1e-6f, weight.Values.Zip(trained[name].Values, (a, b) => Math.Abs(a - b)).Max(), name);
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void EveryTensorOfTheNetworkMoves(string architecture)
    {
        using var network = SmallNetworks.Random(architecture, 2, 1);
        network.Module.to(META);
        var moved = network.Module.named_modules().Append(("", network.Module)).SelectMany(
            pair => pair.Item2.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(pair.Item2)).OfType<Tensor>());
        Assert.IsTrue(moved.All(tensor => tensor.device_type == DeviceType.META));
    }

    private TrainingConfiguration Configuration(string architecture) => SmallNetworks.Configuration(architecture) with
    {
        TrainingFolders = [_folder.File("hr")],
        OutputFolder = _folder.File("run"),
        PatchSize = 16,
        BatchSize = 2,
        Iterations = 10,
        LearningRate = 1e-3,
        Schedule = LearningRateSchedule.Cosine,
        LogInterval = 1,
        Threads = 1,
    };

    private sealed class Reports(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public Action<TrainingProgress>? When { get; init; }

        public void Report(TrainingProgress value)
        {
            lock (reports)
                reports.Add(value);
            When?.Invoke(value);
        }
    }
}
