using System.Diagnostics;
using AdaFormer.Evaluation;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;

namespace AdaFormer.Benchmarks;

/// <summary>
/// Shows that halted tokens cost nothing: the time of the whole network less its time with everything halted, against the share of
/// the blocks' work that is left. All in one run, thresholds interleaved, the fastest of several rounds.
/// </summary>
internal static class HaltingBenchmark
{
    private const int Rounds = 12;
    private const float Everything = 1e9f;
    private const float Nothing = -1;

    public static int Run(string[] args)
    {
        using var model = args.Length > 1 ? UpscalingModel.Load(args[1]) : UpscalingModel.LoadBuiltIn();
        var pictures = args.Length > 0
            ? args[0].Split(',').Select(path => (Name: Path.GetFileNameWithoutExtension(path), Picture: new PictureReader([new PngDecoder()]).Read(path))).ToArray()
            : [("noise that grows to the right", TestCard.Draw(256, 256))];
        var chart = new LineChart($"{model.Description.Preset}: time of the transformer's body", "its work halted, %", "its time saved, %");
        foreach (var (name, picture) in pictures)
            chart.Add(new ChartSeries(name, [.. Measure(model, picture).Select(point => (100 * (1 - point.Kept), 100 * (1 - point.Time)))]) { Markers = true });
        if (args.Length > 2)
            File.WriteAllText(args[2], chart.ToSvg());
        return 0;
    }

    /// <summary>Shares of the body's work kept and of its dense time taken, by the work kept.</summary>
    private static IEnumerable<(double Kept, double Time)> Measure(UpscalingModel model, Picture picture)
    {
        var blocks = model.Description.Blocks;
        var image = PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, picture.Width, picture.Height, 0, 0, picture.Width, picture.Height));
        var (height, width) = (picture.Height, picture.Width);

        float[] thresholds = [Nothing, 0.1f, 0.2f, 0.3f, 0.45f, 0.6f, 0.8f, 1, 1.2f, 1.5f, 2, Everything];
        var times = thresholds.Select(_ => double.PositiveInfinity).ToArray();
        var kept = new double[thresholds.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < thresholds.Length; index++)
            {
                var clock = Stopwatch.StartNew();
                var depth = model.Run(image, 1, height, width, thresholds[index]).HaltingDepth;
                times[index] = Math.Min(times[index], clock.Elapsed.TotalMilliseconds);
                kept[index] = depth.Average(value => (double)value) / blocks;
            }
        }

        var (without, dense) = (times[0], times[^1]);
        Console.WriteLine($"{model.Description.Preset} x{model.Description.Scale}, {width}×{height}, {Environment.ProcessorCount} processors; fastest of {Rounds}");
        Console.WriteLine("| threshold | work kept | total ms | body ms | body, share of dense |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        var order = Enumerable.Range(0, thresholds.Length).OrderBy(index => kept[index]).ToArray();
        foreach (var index in order)
            Console.WriteLine($"| {thresholds[index]:G3} | {kept[index]:P1} | {times[index]:F1} | {times[index] - without:F1} | {(times[index] - without) / (dense - without):P1} |");
        return [.. order.Select(index => (kept[index], (times[index] - without) / (dense - without)))];
    }
}
