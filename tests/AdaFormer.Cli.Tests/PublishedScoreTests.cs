using AdaFormer.Evaluation;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>
/// Published checkpoints, imported, give the scores on Set5 that their authors published, or that later papers quote. They lie in a folder
/// `weights` beside that of the benchmark pictures.
/// </summary>
[TestClass]
[RequiresData]
public class PublishedScoreTests
{
    [TestMethod]
    [DataRow("hit_srf_x4/team54_HITSR.pth", "hit-srf", 32.55, 0.8999)]
    public void AnImportedCheckpointGivesItsPublishedScore(string file, string architecture, double psnr, double ssim)
    {
        var path = Path.Combine(TestData.Folder!, "..", "weights", file);
        if (!File.Exists(path))
            Assert.Inconclusive($"Needs the published checkpoint '{file}'.");
        var bytes = File.ReadAllBytes(path);
        var imported = CheckpointImport.ToSafetensors(CheckpointReader.Parse(bytes, file), bytes, new ExportOptions());
        using var model = UpscalingModel.Load(OnnxExporter.Export(imported));

        var average = new Evaluator(model, new PictureReader()).Run(Path.Combine(TestData.Folder!, "bench", "Set5", "HR")).Average;

        Assert.AreEqual(architecture, model.Description.Architecture);
        Assert.AreEqual(psnr, average.PsnrY, 0.02);
        Assert.AreEqual(ssim, average.SsimY, 0.0005);
    }
}
