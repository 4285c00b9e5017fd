using System.Diagnostics;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Training.Tests.Commands;

/// <summary>Training as a process that may be killed.</summary>
[TestClass]
public class TrainCommandTests
{
    private const string Program = "AdaFormer.Training.dll";
    private const string Checkpoint = "run/checkpoint.safetensors";
    private const string Weights = "run/weights.safetensors";
    private const int Attempts = 20;

    [TestMethod]
    public void R17_KilledWhileItWritesACheckpoint_ThePreviousOneLoadsAndTheEndIsTheSame()
    {
        using var uninterrupted = Prepare(iterations: 40);
        Succeed(uninterrupted, "train", "run.json");

        using var killed = Prepare(iterations: 40);
        var landed = false;
        for (var attempt = 0; attempt < Attempts && !landed && !File.Exists(killed[Weights]); attempt++)
        {
            using var process = killed.Start(File.Exists(killed[Checkpoint]) ? ["train", "run.json", "--resume"] : ["train", "run.json"]);
            KillAt(process, () => File.Exists(killed[Checkpoint]) && HalfWritten(killed).Length > 0);
            landed = HalfWritten(killed).Length > 0;
        }

        Assert.IsTrue(landed, "No kill fell into the writing of a checkpoint.");
        Succeed(killed, "train", "run.json", "--resume");
        CollectionAssert.AreEqual(File.ReadAllBytes(uninterrupted[Weights]), File.ReadAllBytes(killed[Weights]));
        Assert.IsEmpty(HalfWritten(killed), "What the killed process left is gone.");
    }

    [TestMethod]
    public void ATimeLimitEndsWellAndSaysHowToGoOn()
    {
        using var adaformer = Prepare(iterations: 1_000_000);

        var (code, output, error) = adaformer.Run("train", "run.json", "--time-limit", "6s");

        Assert.AreEqual(0, code, error);
        Assert.Contains("--resume", output);
        Assert.Contains("training on", error);
        Assert.IsTrue(File.Exists(adaformer[Checkpoint]));
        Assert.IsFalse(File.Exists(adaformer[Weights]));
        Assert.AreEqual(1, adaformer.Run("train", "run.json", "--resume", "--time-limit", "soon").Code);
    }

    [TestMethod]
    public void HelpNamesCommandsAndOptions()
    {
        using var adaformer = new AdaFormerProcess(Program);
        Assert.Contains("train", adaformer.Run("--help").Output);
        foreach (var option in new[] { "--resume", "--with-changes", "--time-limit" })
            Assert.Contains(option, adaformer.Run("train", "--help").Output);
    }

    [TestMethod]
    public void OtherSettingsNeedAWord()
    {
        using var adaformer = Prepare(iterations: 2);
        Succeed(adaformer, "train", "run.json");
        Configure(adaformer, iterations: 3, learningRate: "3e-4");

        var (code, _, error) = adaformer.Run("train", "run.json", "--resume");

        Assert.AreEqual(1, code);
        Assert.Contains("learning_rate", error);
        Assert.Contains("--with-changes", error);
        Succeed(adaformer, "train", "run.json", "--resume", "--with-changes");
        Assert.IsTrue(SafetensorsFile.Read(adaformer[Weights]).Metadata.ContainsKey("training_history"));
    }

    private static AdaFormerProcess Prepare(int iterations)
    {
        var adaformer = new AdaFormerProcess(Program);
        Directory.CreateDirectory(adaformer["hr"]);
        File.Copy(TestData.Fixture("pictures", "scene.png"), adaformer["hr/scene.png"]);
        Configure(adaformer, iterations, learningRate: "2e-4");
        return adaformer;
    }

    private static void Configure(AdaFormerProcess adaformer, int iterations, string learningRate) => File.WriteAllText(
        adaformer["run.json"],
        $$"""
        {
          "preset": "tiny", "scale": 2, "training_folders": ["hr"], "output_folder": "run", "patch_size": 8, "batch_size": 1, "threads": 1,
          "iterations": {{iterations}}, "learning_rate": {{learningRate}}, "checkpoint_interval": 1
        }
        """);

    private static string[] HalfWritten(AdaFormerProcess adaformer) => Directory.GetFiles(adaformer["run"], "*.adaformer-tmp");

    private static void KillAt(Process process, Func<bool> isTime)
    {
        while (!process.HasExited && !isTime())
        {
        }

        process.Kill();
        process.WaitForExit();
    }

    private static void Succeed(AdaFormerProcess adaformer, params string[] arguments)
    {
        var (code, _, error) = adaformer.Run(arguments);
        Assert.AreEqual(0, code, error);
    }
}
