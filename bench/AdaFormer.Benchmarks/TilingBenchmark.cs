using System.Globalization;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>
/// What tiles cost against the whole picture, over their size and overlap: how far both results are apart, what that is in dB against the
/// original, and what shows at the seams; with nothing halted and without the global branch, to see where it comes from.
/// </summary>
internal static class TilingBenchmark
{
    private static readonly (int Tile, int Overlap)[] Settings =
        [(128, 8), (128, 16), (128, 32), (256, 8), (256, 16), (256, 32), (256, 64), (512, 8), (512, 16), (512, 32), (512, 64)];

    public static int Run(string[] args)
    {
        var weights = SafetensorsFile.Read("models/tiny-x4/tiny-x4.safetensors");
        var threshold = BuiltInThreshold();
        var reader = PictureFormats.Reader();
        var pictures = reader.List(args[0]).Select(reader.Read).Select(Reduced).ToArray();
        using var model = Load(weights);
        using var withoutGlobal = Load(Silenced(weights));
        Table("at the default threshold", model, pictures, threshold, Settings);
        var some = Settings.Where(setting => setting is (256, 16 or 32 or 64)).ToArray();
        Table("nothing halted", model, pictures, 1e9f, some);
        Table("at the default threshold, without the global branch", withoutGlobal, pictures, threshold, some);
        Table("nothing halted, without the global branch", withoutGlobal, pictures, 1e9f, some);
        TileBatches.Run(model, pictures, threshold);
        return 0;

        Picture Reduced(Picture picture) => args.Length > 1 ? BicubicResampler.ToWidth(picture, int.Parse(args[1], CultureInfo.InvariantCulture)) : picture;
    }

    private static void Table(string title, UpscalingModel model, Picture[] pictures, float threshold, (int Tile, int Overlap)[] settings)
    {
        var (scale, window) = (model.Description.Scale, model.Description.SizeMultiple);
        Console.WriteLine($"\n{title}\n| tile | overlap | pixels computed | PSNR to the whole | against the original, dB | 99.9 % of samples differ by at most | largest difference | step at seams, mean | worst seam |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        var originals = pictures.Select(picture => PictureCrop.ToMultipleOf(picture, scale)).ToArray();
        var inputs = originals.Select(original => BicubicResampler.Downscale(original, scale)).ToArray();
        var wholes = inputs.Select(input => new Upscaler(model, UpscaleOptions.Whole(input, model.Description, threshold)).Upscale(input).Picture).ToArray();
        foreach (var (tile, overlap) in settings)
        {
            var options = new UpscaleOptions { HaltingThreshold = threshold, TileSize = tile, TileOverlap = overlap };
            var (computed, between, gained, seams) = (0.0, 0.0, 0.0, new TilingDifference());
            for (var index = 0; index < inputs.Length; index++)
            {
                var (input, whole) = (inputs[index], wholes[index]);
                var tiled = new Upscaler(model, options).Upscale(input).Picture;
                var tiles = Tile.Cut(input.Width, input.Height, tile, overlap, window);
                computed += tiles.Sum(part => (double)part.Pixels) / ((double)input.Width * input.Height) / inputs.Length;
                between += ImageMetrics.Psnr.Measure(whole, tiled, scale) / inputs.Length;
                gained += (ImageMetrics.Psnr.Measure(originals[index], tiled, scale) - ImageMetrics.Psnr.Measure(originals[index], whole, scale)) / inputs.Length;
                seams.Add(whole, tiled, tiles, scale);
            }

            Console.WriteLine($"| {tile} | {overlap} | {computed:P0} | {between:F1} | {gained:+0.0000;-0.0000;0.0000} | {seams.Level(0.999)} | {seams.Largest} | {seams.MeanStep:F3} | {seams.WorstSeam:F2} |");
        }
    }

    private static UpscalingModel Load(SafetensorsFile weights)
    {
        using var stream = new MemoryStream();
        weights.Write(stream);
        return UpscalingModel.Load(OnnxExporter.Export(stream.ToArray()));
    }

    private static float BuiltInThreshold()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        return model.Description.HaltingThreshold;
    }

    // Without values from the prototypes the global branch adds nothing to any token.
    private static SafetensorsFile Silenced(SafetensorsFile weights) => new(
        weights.Tensors.ToDictionary(
            pair => pair.Key,
            pair => pair.Key.Contains(".global.prototype_kv.", StringComparison.Ordinal) ? new WeightTensor(pair.Value.Shape, new float[pair.Value.Values.Length]) : pair.Value),
        weights.Metadata);
}
