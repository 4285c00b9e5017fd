using System.Text.Json.Nodes;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;
using AdaFormer.Training.Checkpoints;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Tests;

/// <summary>What may and what may not change between a checkpoint and the run that goes on from it.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingConfiguration _configuration;

    public ResumeTests()
    {
        Directory.CreateDirectory(_folder.File("hr"));
        Pictures.Save(Pictures.Scene(40, 40, 0), _folder.File("hr/scene.png"));
        _configuration = new TrainingConfiguration
        {
            Preset = "tiny",
            Scale = 2,
            TrainingFolders = [_folder.File("hr")],
            OutputFolder = _folder.File("run"),
            PatchSize = 8,
            BatchSize = 1,
            Iterations = 1,
            Threads = 1,
        };
        new Trainer(_configuration).Run();
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void OtherSettingsAreNamedWithBothValues()
    {
        var other = _configuration with { LearningRate = 5e-4, BatchSize = 3, Iterations = 2 };
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => new Trainer(other).Run(resume: true)).Message;
        Assert.Contains("batch_size 1 → 3, learning_rate 0.0002 → 0.0005", message);
        Assert.DoesNotContain("iterations", message, "The halving schedule does not look at them.");
        Assert.Contains("--with-changes", message);
    }

    [TestMethod]
    public void OlderSettingsWithTheirAblationsMeanTheSame()
    {
        var now = TrainingSettings.Of(_configuration with { ErrorPower = 0.5 }, [], null);
        Assert.IsEmpty(TrainingSettings.Changes(Older("local_and_global", "0.5"), now));
        Assert.AreEqual("error_power 0.25 → 0.5", TrainingSettings.Changes(Older("local_and_global", "0.25"), now).Single());
        Assert.Contains("\"masks\":\"local\"", TrainingSettings.Changes(Older("local", "0.5"), now).Single());

        string Older(string masks, string power)
        {
            var settings = JsonNode.Parse(now)!.AsObject();
            settings.Remove("error_power");
            settings["ablation"] = JsonNode.Parse($$"""
                {
                  "branches": "local_and_global", "masks": "{{masks}}", "exit": "confidence", "exit_depth": 2, "exit_seed": 0, "shared_estimator": true,
                  "normalized_estimator_input": false, "fresh_estimator": false, "detached_error": true, "detached_tokens": true,
                  "estimator_loss": "likelihood", "error_power": {{power}}
                }
                """);
            return settings.ToJsonString();
        }
    }

    [TestMethod]
    public void MoreIterationsChangeACosine()
    {
        var cosine = _configuration with { Schedule = LearningRateSchedule.Cosine, OutputFolder = _folder.File("cosine") };
        new Trainer(cosine).Run();
        var longer = new Trainer(cosine with { Iterations = 2 });
        Assert.Contains("iterations 1 → 2", Assert.ThrowsExactly<InvalidOperationException>(() => longer.Run(resume: true)).Message);
    }

    [TestMethod]
    public void OtherPicturesAreNoticedAndAnotherFolderIsNot()
    {
        Directory.Move(_folder.File("hr"), _folder.File("moved"));
        var moved = _configuration with { TrainingFolders = [_folder.File("moved")], LogInterval = 7, Device = "cpu" };
        new Trainer(moved).Run(resume: true);
        Pictures.Save(Pictures.Scene(40, 44, 1), _folder.File("moved/second.png"));
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => new Trainer(moved).Run(resume: true)).Message;
        Assert.Contains("training_pictures \"1 with", message);
        Assert.Contains("→ \"2 with", message);
    }

    [TestMethod]
    public void ATeacherIsKnownByItsFileWhereverItLies()
    {
        var taught = _configuration with { OutputFolder = _folder.File("taught"), Teacher = "tiny-x2" };
        new Trainer(taught).Run();
        var copy = _folder.File("copy.onnx");
        File.WriteAllBytes(copy, BuiltInModel.Read("tiny-x2"));
        new Trainer(taught with { Teacher = copy, TeacherFolder = _folder.File("pictures"), Iterations = 2 }).Run(resume: true);
        Assert.Contains("teacher_weight 0.5 → 0.25", Message(taught with { TeacherWeight = 0.25 }));
        Assert.Contains("teacher \"SHA-256 ", Message(taught with { Teacher = null }));
        Assert.Contains("teacher none → \"SHA-256 ", Message(_configuration with { Teacher = copy }));

        static string Message(TrainingConfiguration changed) =>
            Assert.ThrowsExactly<InvalidOperationException>(() => new Trainer(changed with { Iterations = 3 }).Run(resume: true)).Message;
    }

    [TestMethod]
    public void ChangesThatAreMeantGoIntoTheHistory()
    {
        var second = new Trainer(_configuration with { LearningRate = 5e-4, Iterations = 2 }) { WithChanges = true };
        second.Run(resume: true);
        var third = new Trainer(_configuration with { LearningRate = 1e-4, Iterations = 3 }) { WithChanges = true };
        var weights = third.Run(resume: true)!;
        const string Expected = "from iteration 1: learning_rate 0.0002 → 0.0005; from iteration 2: learning_rate 0.0005 → 0.0001";
        Assert.AreEqual(Expected, SafetensorsFile.Read(weights).Metadata["training_history"]);
        Assert.AreEqual(Expected, SafetensorsFile.Read(third.CheckpointPath).Metadata["training_history"]);
    }

    [TestMethod]
    public void ACheckpointWithoutSettingsResumesAndSaysSo()
    {
        var trainer = new Trainer(_configuration with { Iterations = 2 });
        var file = SafetensorsFile.Read(trainer.CheckpointPath);
        var metadata = file.Metadata.Where(pair => pair.Key != "settings").ToDictionary();
        using (var stream = File.Create(trainer.CheckpointPath))
            new SafetensorsFile(file.Tensors, metadata).Write(stream);
        var weights = trainer.Run(resume: true)!;
        Assert.Contains("not known", SafetensorsFile.Read(weights).Metadata["training_history"]);
    }
}
