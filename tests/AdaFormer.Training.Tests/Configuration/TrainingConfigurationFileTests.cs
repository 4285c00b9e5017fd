using AdaFormer.Export;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures.Asid;
using AdaFormer.Training.Architectures.SwinIr;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Tests.Configuration;

[TestClass]
public sealed class TrainingConfigurationFileTests
{
    [TestMethod]
    public void ReadsWhatIsGivenAndKeepsDefaultsElsewhere()
    {
        var configuration = TrainingConfigurationFile.Parse("""
            {
              // comments are allowed
              "preset": "tiny", "scale": 3, "image_skip": "bilinear", "schedule": "cosine",
              "training_folders": ["a", "b"], "output_folder": "out", "learning_rate": 1e-3, "warm_up_iterations": 20,
            }
            """);
        Assert.AreEqual(ImageSkip.Bilinear, configuration.Network.ImageSkip);
        Assert.AreEqual(LearningRateSchedule.Cosine, configuration.Schedule);
        Assert.AreEqual(20, configuration.WarmUpIterations);
        Assert.AreEqual(0.95, configuration.HaltingThreshold);
        CollectionAssert.AreEqual(new[] { "a", "b" }, configuration.TrainingFolders.ToArray());
    }

    [TestMethod]
    [DataRow("""{"learning_rat": 1}""", "'learning_rate'")]
    [DataRow("""{"Patchsize": 1}""", "'patch_size'")]
    [DataRow("""{"ema": 1}""", "There is no setting 'ema'")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "ablation": {"error_power": 0}}""", "error_power is 0")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "error_power": 0}""", "error_power is 0")]
    [DataRow("""{"preset": "huge"}""", "'huge'")]
    [DataRow("""{"scale": 5}""", "scale")]
    [DataRow("""{"schedule": "linear"}""", "schedule")]
    [DataRow("""{"iterations": "many"}""", "iterations")]
    [DataRow("""{"preset": null}""", "preset")]
    [DataRow("{}", "training_folders")]
    [DataRow("""{"training_folders": ["a"]}""", "output_folder")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "batch_size": 0}""", "batch_size is 0")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "ema_decay": 1}""", "ema_decay is 1")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "freeze_trunk": true}""", "initial_weights")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "device": "gpu"}""", "auto, cpu, cuda or cuda:N")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "device": "cuda:-1"}""", "device is cuda:-1")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "teacher_folder": "t"}""", "teacher as well")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "teacher": "t", "teacher_weight": 1.5}""", "teacher_weight is 1.5")]
    [DataRow("""{"precision": "bf16"}""", "precision")]
    [DataRow("""{"recipe": "long"}""", "configuration is invalid")]
    [DataRow("""{"architecture": "elan"}""", "expected one that can be trained: adaformer, ")]
    [DataRow("""{"architecture": null}""", "architecture")]
    [DataRow("""{"architecture": "swinir", "halting_threshold": 0.5}""", "halting_threshold is a setting of adaformer; the architecture is swinir")]
    [DataRow("""{"architecture": "swinir", "ablation": {"error_power": 2}}""", "ablation is a setting of adaformer")]
    [DataRow("""{"architecture": "swinir", "training_folders": ["a"], "output_folder": "o", "preset": "base"}""", "preset is a setting of adaformer")]
    [DataRow("""{"swinir": {"channels": 30}}""", "swinir is a setting of swinir; the architecture is adaformer")]
    [DataRow("""{"architecture": "swinir", "swinir": {"channel": 30}}""", "'swinir.channels'")]
    [DataRow("""{"architecture": "swinir", "swinir": {"channels": 32}}""", "heads is 6; expected a divisor of channels (32)")]
    [DataRow("""{"architecture": "swinir", "swinir": {"depths": []}}""", "depths is empty")]
    [DataRow("""{"architecture": "swinir", "swinir": {"depths": [6, 0]}}""", "depths is 0")]
    [DataRow("""{"architecture": "swinir", "swinir": {"window": 1}}""", "window is 1")]
    [DataRow("""{"architecture": "swinir", "swinir": {"drop_path": 1}}""", "drop_path is 1")]
    [DataRow("""{"architecture": "swinir", "swinir": null}""", "swinir")]
    [DataRow("""{"architecture": "catanet", "catanet": {"query_channels": 34}}""", "query_channels is 34; expected a multiple of 4")]
    [DataRow("""{"architecture": "catanet", "catanet": {"centers": [16, 5000]}}""", "centers is 5000; expected 1 to 4096")]
    [DataRow("""{"architecture": "catanet", "catanet": {"centres": [16]}}""", "'catanet.centers'")]
    [DataRow("""{"architecture": "catanet", "swinir": {"channels": 30}}""", "swinir is a setting of swinir; the architecture is catanet")]
    [DataRow("""{"architecture": "asid", "asid": {"channels": 50}}""", "channels is 50; expected a multiple of 4 from 8 to 1024")]
    [DataRow("""{"architecture": "asid", "asid": {"blocks": 0}}""", "blocks is 0")]
    [DataRow("""{"adaformer": {"head": 3}}""", "'adaformer.heads'")]
    [DataRow("""{"adaformer": {"heads": 3}}""", "heads is 3; expected a divisor of embed (64)")]
    [DataRow("""{"adaformer": {"token_stride": 3}}""", "token_stride is 3; expected 1 or 2")]
    [DataRow("""{"architecture": "asid", "adaformer": {"channels": 48}}""", "adaformer is a setting of adaformer; the architecture is asid")]
    [DataRow("""{"degradation": {"jpeg_qualities": [1, 2]}}""", "'degradation.jpeg_quality'")]
    [DataRow("""{"degradation": {"jpeg_quality": 50}}""", "two numbers in brackets")]
    [DataRow("""{"degradation": {"jpeg_quality": [97, 35]}}""", "jpeg_quality is [97, 35]; expected two increasing numbers from 1 to 100")]
    [DataRow("""{"degradation": {"blur_probability": 1.5}}""", "blur_probability is 1.5; expected 0 to 1")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "validation_jpeg": 75}""", "expected validation_folder as well")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "validation_folder": "v", "validation_jpeg": 0}""", "validation_jpeg is 0")]
    [DataRow("""{"architecture": "swinir", "folded_branches": true}""", "folded_branches is a setting of adaformer")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "freeze_trunk": true, "initial_weights": "w", "folded_branches": true}""", "folded_branches is true; expected false with freeze_trunk")]
    [DataRow("""{"training_folders": ["a"], "output_folder": "o", "optimizer": "muon", "folded_branches": true}""", "folded_branches is true; expected false with optimizer muon")]
    [DataRow("[]", "expected an object")]
    [DataRow("{", "configuration is invalid")]
    public void SaysWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<TrainingConfigurationException>(() => TrainingConfigurationFile.Parse(json)).Message);

    [TestMethod]
    public void AnArchitecturesSectionOverridesThePublishedSizes()
    {
        var configuration = TrainingConfigurationFile.Parse("""
            { "architecture": "swinir", "training_folders": ["a"], "output_folder": "o", "swinir": { "depths": [2, 4], "channels": 36 } }
            """);
        var sizes = (SwinIrConfiguration)configuration.Sizes!;
        CollectionAssert.AreEqual(new[] { 2, 4 }, sizes.Depths.ToArray());
        Assert.AreEqual((36, 6, 8, 2, 0.1), (sizes.Channels, sizes.Heads, sizes.Window, sizes.MlpRatio, sizes.DropPath));
    }

    [TestMethod]
    public void AdaFormersSectionOverridesThePreset()
    {
        var configuration = TrainingConfigurationFile.Parse("""
            {
              "preset": "tiny", "image_skip": "bilinear", "training_folders": ["a"], "output_folder": "o",
              "adaformer": { "embed": 48, "heads": 3, "token_stride": 2, "blocks": null }
            }
            """);
        var tiny = AdaFormerConfiguration.Preset("tiny", 4, ImageSkip.Bilinear);
        Assert.AreEqual(tiny with { Embed = 48, Heads = 3, TokenStride = 2 }, configuration.Network);
        Assert.AreEqual("custom", configuration.Network.PresetName);
        Assert.AreEqual(tiny, (configuration with { Sizes = null }).Network);
    }

    [TestMethod]
    public void AnEmptySectionSpoilsPatchesByItsDefaults()
    {
        Assert.IsNull(Parse("").Degradation);
        Assert.AreEqual(new DegradationConfiguration(), Parse("\"degradation\": {},").Degradation);
        Assert.AreEqual(new NumberRange(60, 90.5), Parse("\"degradation\": { \"jpeg_quality\": [60, 90.5] },").Degradation!.JpegQuality);

        static TrainingConfiguration Parse(string settings) =>
            TrainingConfigurationFile.Parse($$"""{ {{settings}} "training_folders": ["a"], "output_folder": "o" }""");
    }

    [TestMethod]
    public void InCodeTooSettingsOfAnotherArchitectureAreErrors()
    {
        var configuration = new TrainingConfiguration { Architecture = "swinir", TrainingFolders = ["a"], OutputFolder = "o" };
        configuration.Validated();
        var wrong = configuration with { LossAlpha = 2 };
        Assert.Contains("loss_alpha is a setting of adaformer", Assert.ThrowsExactly<TrainingConfigurationException>(() => wrong.Validated()).Message);
        var sizes = configuration with { Sizes = new AsidConfiguration() };
        Assert.Contains("expected SwinIrConfiguration", Assert.ThrowsExactly<TrainingConfigurationException>(() => sizes.Validated()).Message);
    }

    [TestMethod]
    public void TheErrorPowerMayStandWhereItWasOnceAnAblation()
    {
        var older = Parse("""{ "ablation": { "error_power": 0.5 }, "training_folders": ["a"], "output_folder": "o" }""");
        Assert.AreEqual((0.5, true), (older.ErrorPower, older.Ablation is null));
        Assert.AreEqual(0.5, Parse("""{ "error_power": 0.5, "training_folders": ["a"], "output_folder": "o" }""").ErrorPower);

        static TrainingConfiguration Parse(string json) => TrainingConfigurationFile.Parse(json);
    }

    [TestMethod]
    public void AnAblationIsForTheResearchProgram()
    {
        var configuration = TrainingConfigurationFile.Parse("""{ "ablation": { "exit": "ponder" }, "training_folders": ["a"], "output_folder": "o" }""");
        Assert.Contains("adaformer-research", Assert.ThrowsExactly<TrainingConfigurationException>(() => new Trainer(configuration)).Message);
    }

    [TestMethod]
    public void AFileOverridesItsRecipe()
    {
        var paper = Parse("");
        Assert.AreEqual((16, 48, 1_000_000, 2e-4, LearningRateSchedule.Halving), Recipe(paper));
        Assert.AreEqual((32, 48, 150_000, 5e-4, LearningRateSchedule.Cosine), Recipe(Parse("\"recipe\": \"short\",")));
        Assert.AreEqual((32, 48, 150_000, 1e-3, LearningRateSchedule.Cosine), Recipe(Parse("\"recipe\": \"short\", \"preset\": \"small\",")));
        var mixed = Parse("\"batch_size\": 8, \"recipe\": \"short\", \"learning_rate\": 3e-4, // after and before\n");
        Assert.AreEqual((8, 48, 150_000, 3e-4, LearningRateSchedule.Cosine), Recipe(mixed));
        Assert.AreEqual(TrainingPrecision.Tf32, Parse("\"precision\": \"tf32\",").Precision);

        static TrainingConfiguration Parse(string settings) =>
            TrainingConfigurationFile.Parse($$"""{ {{settings}} "training_folders": ["a"], "output_folder": "o" }""");

        static (int, int, long, double, LearningRateSchedule) Recipe(TrainingConfiguration c) =>
            (c.BatchSize, c.PatchSize, c.Iterations, c.LearningRate, c.Schedule);
    }

    [TestMethod]
    public void TheZoosConfigurationsAreValid()
    {
        var files = Directory.GetFiles(Path.Combine(TestData.Repository, "models"), "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "manifest.json")
            .ToArray();
        Assert.IsNotEmpty(files);
        foreach (var file in files)
            TrainingConfigurationFile.Read(file);
    }
}
