using AdaFormer.IO;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WebApi;

/// <summary>What the pool's engines take.</summary>
internal sealed class Upload
{
    public MLImage? Image { get; set; }
}

/// <summary>What the pool's engines give.</summary>
internal sealed class Enlarged
{
    public MLImage? LargeImage { get; set; }
}

/// <summary>The pipeline that the pool loads.</summary>
internal static class Pipeline
{
    /// <summary>Saves it, with the built-in model inside.</summary>
    public static void Save(string path)
    {
        var mlContext = new MLContext();
        var estimator = mlContext.Transforms.AdaFormerUpscale(nameof(Enlarged.LargeImage), nameof(Upload.Image));

        // After the estimator, which tells ML.NET that a property may be an image of any size.
        var data = mlContext.Data.LoadFromEnumerable<Upload>([]);
        var transformer = estimator.Fit(data);

        // Without the schema, which ML.NET cannot save where it has images; whole or not at all, as the next start takes what it finds.
        AtomicFile.Write(path, overwrite: false, stream => mlContext.Model.Save(transformer, inputSchema: null, stream));
    }
}
