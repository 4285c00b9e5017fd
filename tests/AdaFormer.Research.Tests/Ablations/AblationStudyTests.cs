using AdaFormer.Research.Ablations;
using AdaFormer.Tests;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Tests;

namespace AdaFormer.Research.Tests.Ablations;

[TestClass]
public sealed class AblationStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void RowsAreTrainedMeasuredAndTabledOnce()
    {
        var study = Read("""{ "name": "b", "title": "uniform", "paper": "28.78", "settings": { "ablation": { "exit": "uniform" } } }""");
        Assert.AreEqual(HaltingExit.Uniform, study.Rows[1].Ablation.Exit);
        Assert.IsTrue(study.Rows[1].Ablation.NormalizedEstimatorInput, "The common section's ablation must stay.");
        var result = study.Run(study.Rows[1]).Single();
        Assert.AreEqual(0.5, result.Halting.Work, 1e-9);
        Assert.AreEqual(0.5, result.Halting.Halted, 1e-9);
        Assert.AreEqual(1, result.Dense.Work);
        Assert.AreEqual(result.Halting, result.Equal);
        var weights = study.Rows[1].Trainer.WeightsPath;
        File.Delete(weights);
        Assert.AreEqual(result, study.Run(study.Rows[1]).Single());
        Assert.IsFalse(File.Exists(weights), "A measured row must not be trained again.");
        var table = AblationTable.Of(study);
        Assert.Contains("| first | – | not run |", table);
        Assert.Contains(FormattableString.Invariant($"| uniform | 28.78 | {result.Dense.Psnr:F3} | {result.Halting.Psnr:F3} |"), table);
    }

    [TestMethod]
    public void AWrongRowIsNamed()
    {
        var message = Assert.ThrowsExactly<TrainingConfigurationException>(
            () => Read("""{ "name": "b", "title": "?", "settings": { "ablation": { "exti": "uniform" } } }""")).Message;
        Assert.Contains("row 'b'", message);
        Assert.Contains("'ablation.exit'", message);
        var other = Assert.ThrowsExactly<TrainingConfigurationException>(() => Read("""{ "name": "b", "title": "?", "settings": { "architecture": "swinir" } }"""));
        Assert.Contains("architecture", other.Message);
        Assert.Contains("titel", Assert.ThrowsExactly<TrainingConfigurationException>(() => Read("""{ "name": "b", "titel": "?" }""")).Message);
    }

    [TestMethod]
    [DataRow("""{"mask": "none"}""", "'ablation.masks'")]
    [DataRow("""{"masks": "nothing"}""", "ablation")]
    [DataRow("""{"branches": "local"}""", "masks is local_and_global")]
    [DataRow("""{"exit": "random", "exit_depth": 5}""", "exit_depth is 5")]
    [DataRow("""{"exit": "ponder"}, "freeze_trunk": true, "initial_weights": "w" """, "estimator")]
    [DataRow("""{"exit": "random", "exit_depth": 3}, "adaformer": {"blocks": 2}""", "exit_depth is 3")]
    public void SaysWhatIsWrongWithAnAblation(string ablation, string expected)
    {
        var row = $$"""{ "name": "b", "title": "?", "settings": { "ablation": {{ablation}} } }""";
        Assert.Contains(expected, Assert.ThrowsExactly<TrainingConfigurationException>(() => Read(row)).Message);
    }

    [TestMethod]
    public void TheRepositorysStudiesCanBeRead()
    {
        var files = Directory.GetFiles(Path.Combine(TestData.Repository, "research", "ablations"), "*.json");
        Assert.IsNotEmpty(files);
        foreach (var file in files)
            CollectionAssert.AllItemsAreUnique(AblationStudy.Read(file, "work").Rows.Select(row => row.Configuration.OutputFolder).ToArray());
    }

    [TestMethod]
    public void TablesGoBetweenTheMarks()
    {
        Assert.AreEqual("a\n<!-- tables -->\nnew<!-- /tables -->\nb", AblationTable.Into("a\n<!-- tables -->\nold\n<!-- /tables -->\nb", "new"));
        Assert.AreEqual("<!-- tables -->\nnew<!-- /tables -->\n", AblationTable.Into(AblationTable.EmptyDocument, "new"));
        Assert.ThrowsExactly<InvalidDataException>(() => AblationTable.Into("a", "new"));
    }

    private AblationStudy Read(string row)
    {
        Directory.CreateDirectory(_folder.File("hr"));
        if (!File.Exists(_folder.File("hr/scene.png")))
            Pictures.Save(Pictures.Scene(80, 64, 0), _folder.File("hr/scene.png"));
        var hr = System.Text.Json.JsonSerializer.Serialize(_folder.File("hr"));
        File.WriteAllText(_folder.File("study.json"), $$"""
            {
              // comments are allowed
              "title": "A study", "evaluation_folders": { "scene": {{hr}} },
              "common": {
                "preset": "tiny", "scale": 2, "training_folders": [{{hr}}], "patch_size": 16, "batch_size": 1, "iterations": 2, "threads": 1,
                "ablation": { "normalized_estimator_input": true },
              },
              "rows": [{ "name": "a", "title": "first" }, {{row}}],
            }
            """);
        return AblationStudy.Read(_folder.File("study.json"), _folder.File("work"));
    }
}
