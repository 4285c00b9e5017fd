using System.Diagnostics;
using System.Globalization;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>A long batch: pictures of many sizes again and again, with the process's memory and handles over time.</summary>
internal static class SoakBenchmark
{
    private const int Pictures = 60;

    public static int Run(string[] args)
    {
        var length = TimeSpan.FromMinutes(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10);
        var scene = new PictureReader().Read(args.Length > 1 ? args[1] : "samples/scene.png");
        var folder = Directory.CreateTempSubdirectory("adaformer-soak-");
        try
        {
            // 17 to 194 pixels.
            for (var index = 0; index < Pictures; index++)
                BatchBenchmark.Write(scene, folder.FullName, 17 + (3 * index), index);
            using var model = UpscalingModel.LoadBuiltIn(new ModelOptions { Threads = 1 });
            var plan = BatchPlan.Make(BatchInputs.Find(Path.Combine(folder.FullName, "in"), new PictureReader()), Path.Combine(folder.FullName, "out"), TargetSize.Scaled(4));
            return Repeat(model, plan, length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Repeat(UpscalingModel model, BatchPlan plan, TimeSpan length)
    {
        Console.WriteLine("| minutes | pictures | working set MB | managed MB | handles | threads |\n|---:|---:|---:|---:|---:|---:|");
        var clock = Stopwatch.StartNew();
        var (pictures, failed, next) = (0, 0, TimeSpan.Zero);
        while (true)
        {
            var result = new BatchUpscaler(model, options: new BatchOptions { Parallel = Environment.ProcessorCount }).Run(plan);
            Directory.Delete(plan.OutputFolder, recursive: true);
            pictures += result.Done;
            failed += result.Failed;
            if (clock.Elapsed >= next)
            {
                Print(clock.Elapsed, pictures);
                next = clock.Elapsed + (length / 20);
            }

            if (clock.Elapsed >= length)
                break;
        }

        Console.WriteLine($"{failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static void Print(TimeSpan elapsed, int pictures)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {elapsed.TotalMinutes:F1} | {pictures} | {process.WorkingSet64 / 1e6:F0} | {GC.GetTotalMemory(false) / 1e6:F1} | {process.HandleCount} | {process.Threads.Count} |"));
    }
}
