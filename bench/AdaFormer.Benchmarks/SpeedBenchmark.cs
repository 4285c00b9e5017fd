using System.Diagnostics;
using System.Globalization;
using AdaFormer.Export;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>
/// What a network costs against its convolutions alone: dense, and halting on a flat, a mixed and a busy picture, all in one run, the
/// settings in turns, the fastest of several rounds.
/// </summary>
internal static class SpeedBenchmark
{
    private const float Nothing = 1e9f;

    public static int Run(string[] args)
    {
        var preset = args.Length > 0 ? args[0] : "tiny";
        var sides = args.Length > 1 ? args[1].Split(',').Select(side => int.Parse(side, CultureInfo.InvariantCulture)).ToArray() : [128, 256, 512];
        var folder = args.Length > 2 ? args[2] : null;
        var (configuration, bytes) = Model(preset);
        using var model = UpscalingModel.Load(bytes);
        using var convolutions = new BareSession(ConvolutionsOnly.Of(bytes));
        using var whole = new BareSession(bytes);
        var rate = LargeConvolution.MultiplyAddsPerSecond(Environment.ProcessorCount);
        Console.WriteLine($"{preset} x{configuration.Scale}, {Environment.ProcessorCount} processors; a large convolution runs at {2 * rate / 1e9:F0} GFLOP/s");
        Console.WriteLine("| input | picture | threshold | work kept | ms | over convolutions | floor ms | runtime around the session |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (var side in sides)
            Measure(configuration, model, convolutions, whole, side, folder, rate);
        Console.WriteLine($"peak memory of the process: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB");
        Profile(bytes, sides[0]);
        return 0;
    }

    private static void Measure(
        AdaFormerConfiguration configuration, UpscalingModel model, BareSession convolutions, BareSession whole, int side, string? folder, double rate)
    {
        var crops = Crops.Of(folder, side);
        var tensors = crops.Select(crop => BareSession.Tensor(crop.Picture)).ToArray();
        var settings = new List<(string Name, int Crop, float Threshold)> { ("any", 1, Nothing) };
        for (var crop = 0; crop < crops.Count; crop++)
            settings.Add((crops[crop].Name, crop, HaltingHalf(model, configuration, crops[crop].Picture)));
        if (configuration.PresetName != "base")
            settings.AddRange(crops.Select((crop, index) => (crop.Name, index, model.Description.HaltingThreshold)));

        var rounds = Math.Max(3, 12 * 256 * 256 / (side * side * (configuration.Embed / 16)));
        var times = settings.Select(_ => double.PositiveInfinity).ToArray();
        var upscale = settings.Select(_ => double.PositiveInfinity).ToArray();
        var alone = double.PositiveInfinity;
        for (var round = 0; round < rounds; round++)
        {
            alone = Math.Min(alone, convolutions.Time(tensors[1], side, null));
            for (var index = 0; index < settings.Count; index++)
            {
                var (_, crop, threshold) = settings[index];
                times[index] = Math.Min(times[index], whole.Time(tensors[crop], side, threshold));
                var clock = Stopwatch.StartNew();
                new Upscaler(model, new UpscaleOptions { HaltingThreshold = threshold, TileSize = side }).Upscale(crops[crop].Picture);
                upscale[index] = Math.Min(upscale[index], clock.Elapsed.TotalMilliseconds);
            }
        }

        Console.WriteLine($"| {side}² | convolutions alone | | | {alone:F1} | 1.00 | {Floor(0):F1} | |");
        for (var index = 0; index < settings.Count; index++)
        {
            var (name, crop, threshold) = settings[index];
            var kept = Kept(model, configuration, crops[crop].Picture, threshold);
            var said = threshold == Nothing ? "none" : threshold.ToString("F3", CultureInfo.InvariantCulture);
            Console.WriteLine($"| {side}² | {name} | {said} | {kept:P0} | {times[index]:F1} | {times[index] / alone:F2} | {Floor(kept):F1} | {(upscale[index] / times[index]) - 1:P1} |");
        }

        double Floor(double kept)
        {
            var body = configuration.Blocks * (configuration.MultiplyAddsPerPixel - (configuration with { Blocks = configuration.Blocks - 1 }).MultiplyAddsPerPixel);
            return 1000.0 * (configuration.MultiplyAddsPerPixel - body + (kept * body)) * side * side / rate;
        }
    }

    /// <summary>The threshold at which about half of the blocks' tokens are kept, by bisection.</summary>
    private static float HaltingHalf(UpscalingModel model, AdaFormerConfiguration configuration, Picture picture)
    {
        var (low, high) = (0f, 4f);
        for (var step = 0; step < 10; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = Kept(model, configuration, picture, middle) < 0.5 ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static double Kept(UpscalingModel model, AdaFormerConfiguration configuration, Picture picture, float threshold) =>
        model.Run(BareSession.Tensor(picture), 1, picture.Height, picture.Width, threshold).HaltingDepth.Average(depth => (double)depth) / configuration.Blocks;

    private static (AdaFormerConfiguration Configuration, byte[] Bytes) Model(string preset)
    {
        if (preset == "tiny")
            return (AdaFormerConfiguration.Preset("tiny", 4, ImageSkip.Bilinear), BuiltInModel.Read());
        var configuration = AdaFormerConfiguration.Preset(preset, 4);
        return (configuration, OnnxExporter.Export(RandomWeights.Of(configuration)));
    }

    private static void Profile(byte[] bytes, int side)
    {
        using var session = new BareSession(bytes, profile: true);
        var profile = session.Profile(BareSession.Tensor(TestCard.Draw(side, side)), side, Nothing, runs: 5);
        Console.WriteLine($"\nTime by operator, {side}², nothing halted:\n| operator | ms | share |\n|---|---:|---:|");
        foreach (var (name, milliseconds) in profile.Where(entry => entry.Milliseconds > 0.005 * profile.Sum(other => other.Milliseconds)))
            Console.WriteLine($"| {name} | {milliseconds:F1} | {milliseconds / profile.Sum(other => other.Milliseconds):P1} |");
    }
}
