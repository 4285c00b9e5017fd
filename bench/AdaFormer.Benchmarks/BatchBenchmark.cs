using System.Diagnostics;
using System.Globalization;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>
/// Whether several files at once pay: folders of pictures of one size, one file at a time with all processors in each, against as many
/// files as processors with one each, in turns; the fastest of several rounds.
/// </summary>
internal static class BatchBenchmark
{
    public static int Run(string[] args)
    {
        var picture = new PictureReader().Read(args.Length > 0 ? args[0] : "samples/scene.png");
        var processors = Environment.ProcessorCount;
        (int Files, int Threads)[] settings = [(1, processors), (processors, 1), (processors, processors)];
        Console.WriteLine($"{processors} processors; pictures per second, by files at once × threads each");
        Console.WriteLine($"| side | {string.Join(" | ", settings.Select(setting => $"{setting.Files} × {setting.Threads}"))} |\n|---:|{string.Concat(settings.Select(_ => "---:|"))}");
        foreach (var (side, count) in new[] { (32, 100), (96, 24), (256, 6), (512, 2) })
        {
            var folder = Directory.CreateTempSubdirectory("adaformer-batch-");
            try
            {
                for (var index = 0; index < count; index++)
                    Write(picture, folder.FullName, side, index);
                var rates = Measure(folder, settings, rounds: 4);
                Console.WriteLine($"| {side} | {string.Join(" | ", rates.Select(seconds => (count / seconds).ToString("F2", CultureInfo.InvariantCulture)))} |");
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return 0;
    }

    /// <summary>Writes a square of a picture, another for every index, into a folder <c>in</c>.</summary>
    public static void Write(Picture picture, string folder, int side, int index)
    {
        var input = Directory.CreateDirectory(Path.Combine(folder, "in"));
        var crop = PictureCrop.Part(picture, index * 37 % (picture.Width - side), index * 53 % (picture.Height - side), side, side);
        using var file = File.Create(Path.Combine(input.FullName, $"{index:D5}.png"));
        PngFile.Save(crop, file);
    }

    private static double[] Measure(DirectoryInfo folder, (int Files, int Threads)[] settings, int rounds)
    {
        var plan = BatchPlan.Make(BatchInputs.Find(Path.Combine(folder.FullName, "in"), new PictureReader()), Path.Combine(folder.FullName, "out"), TargetSize.Scaled(4));
        var models = settings.Select(setting => UpscalingModel.LoadBuiltIn(new ModelOptions { Threads = setting.Threads })).ToArray();
        var times = settings.Select(_ => double.PositiveInfinity).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var index = 0; index < settings.Length; index++)
            {
                var clock = Stopwatch.StartNew();
                new BatchUpscaler(models[index], options: new BatchOptions { Parallel = settings[index].Files }).Run(plan);
                times[index] = Math.Min(times[index], clock.Elapsed.TotalSeconds);
                Directory.Delete(plan.OutputFolder, recursive: true);
            }
        }

        foreach (var model in models)
            model.Dispose();
        return times;
    }
}
