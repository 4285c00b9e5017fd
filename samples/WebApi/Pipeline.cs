using AdaFormer.IO;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WebApi;

/// <summary>Input of the pool's engines.</summary>
internal sealed class Upload
{
    public MLImage? Image { get; set; }
}

/// <summary>Output of the pool's engines.</summary>
internal sealed class Enlarged
{
    public MLImage? LargeImage { get; set; }
}

/// <summary>The pipeline that the pool loads.</summary>
internal static class Pipeline
{
    /// <summary>Saves the pipeline, including the built-in model.</summary>
    public static void Save(string path)
    {
        var mlContext = new MLContext();
        var estimator = mlContext.Transforms.AdaFormerUpscale(nameof(Enlarged.LargeImage), nameof(Upload.Image));

        // After the estimator, which registers images of any size as property type with ML.NET.
        var data = mlContext.Data.LoadFromEnumerable<Upload>([]);
        var transformer = estimator.Fit(data);

        // Without the schema, which ML.NET cannot save if it has images; atomically, since the next start uses the file if it exists.
        AtomicFile.Write(path, overwrite: false, stream => mlContext.Model.Save(transformer, inputSchema: null, stream));
    }
}
