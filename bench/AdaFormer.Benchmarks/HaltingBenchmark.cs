using System.Diagnostics;
using AdaFormer.Imaging;

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
        var picture = args.Length > 0 ? new PictureReader([new PngDecoder()]).Read(args[0]) : TestCard.Draw(256, 256);
        var blocks = model.Description.Blocks;
        var image = PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, picture.Width, picture.Height, 0, 0, picture.Width, picture.Height));
        var (height, width) = (picture.Height, picture.Width);

        float[] thresholds = [Nothing, 0.05f, 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.4f, 0.5f, 0.7f, 1, Everything];
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
        foreach (var index in Enumerable.Range(0, thresholds.Length).OrderBy(index => kept[index]))
            Console.WriteLine($"| {thresholds[index]:G3} | {kept[index]:P1} | {times[index]:F1} | {times[index] - without:F1} | {(times[index] - without) / (dense - without):P1} |");
        return 0;
    }
}
