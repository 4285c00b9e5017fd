using AdaFormer.Evaluation.Metrics;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Evaluation.Tests;

/// <summary>Published checkpoints, imported, give their published PSNR on Set5 (four times larger), where pictures and weights are at hand.</summary>
[TestClass]
public class PublishedScoreTests
{
    private const double Tolerance = 0.02;

    [TestMethod]
    [RequiresData]
    [DataRow("etds_l_x4/ETDS_M7C48_x4.pth", 31.69)]
    [DataRow("rlfn_x4/rlfn_x4.pth", 32.24)]
    [DataRow("smfanet_plus_df2k_x4/SMFANet_plus_DF2K_100w_x4SR.pth", 32.51)]
    [DataRow("bsrn_x4/net_g_BSRN_x4.pth", 32.35)]
    [DataRow("hit_srf_x4/team54_HITSR.pth", 32.55)]
    [DataRow("spanv2_x4/team22_spanv2_c2.pth", 31.77)]
    public void AnImportedCheckpointGivesItsPublishedScore(string file, double psnr)
    {
        var path = Path.Combine(TestData.Folder!, "..", "weights", file);
        if (!File.Exists(path))
            Assert.Inconclusive($"Needs the published checkpoint {file} beside the pictures, in the folder weights.");
        var weights = CheckpointImport.ToSafetensors(CheckpointReader.Read(path), File.ReadAllBytes(path), new ExportOptions());
        using var model = UpscalingModel.Load(OnnxExporter.Export(weights));

        var measured = new Evaluator(model, new PictureReader()).Run(Path.Combine(TestData.Folder!, "bench", "Set5", "HR")).Average.Upscaled[ImageMetrics.Psnr];

        Assert.AreEqual(psnr, measured, Tolerance);
    }
}
