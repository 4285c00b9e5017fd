using System.Globalization;
using AdaFormer.Evaluation;
using AdaFormer.Export;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

/// <summary>
/// A whole network in FP32 and in INT8, without its body, halting and dense: processor time of one thread, interleaved, the fastest of
/// several rounds. Processor time, so that other programs on the machine matter little.
/// </summary>
internal static class Int8ModelBenchmark
{
    private const int Rounds = 6;

    public static int Run(string[] args)
    {
        var side = int.Parse(args[1], CultureInfo.InvariantCulture);
        var weights = File.Exists(args[0]) ? File.ReadAllBytes(args[0]) : RandomWeights.Of(AdaFormerConfiguration.Preset(args[0], 4));
        var picture = args.Length > 2 ? new PictureReader([new PngDecoder()]).Read(args[2]) : TestCard.Draw(side, side);
        var pixels = PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, side, side, 0, 0, side, side));
        var ranges = ActivationCalibration.Find(OnnxExporter.ExportForCalibration(weights), [picture]);
        using var exact = Session(OnnxExporter.Export(weights));
        using var quantized = Session(OnnxExporter.Export(weights, new ExportOptions { ActivationRanges = ranges }));
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, side, side]);

        Console.WriteLine("| threshold | FP32 ms | INT8 ms | ratio |");
        Console.WriteLine("|---:|---:|---:|---:|");
        foreach (var threshold in new[] { -1, 0.5f, 0.95f, 1e9f })
        {
            using var dial = OrtValue.CreateTensorValueFromMemory([threshold], []);
            var inputs = new Dictionary<string, OrtValue> { ["image"] = image, ["halting_threshold"] = dial };
            var times = (Exact: double.PositiveInfinity, Quantized: double.PositiveInfinity);
            for (var round = 0; round < Rounds; round++)
                times = (Math.Min(times.Exact, Measure(exact, inputs)), Math.Min(times.Quantized, Measure(quantized, inputs)));
            Console.WriteLine($"| {threshold:G3} | {times.Exact:F0} | {times.Quantized:F0} | {times.Exact / times.Quantized:F2} |");
        }

        return 0;
    }

    private static InferenceSession Session(byte[] model) =>
        new(model, new SessionOptions { IntraOpNumThreads = 1, EnableMemoryPattern = false, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });

    /// <summary>Milliseconds of processor time that a run takes.</summary>
    public static double Measure(InferenceSession session, Dictionary<string, OrtValue> inputs)
    {
        using var run = new RunOptions();
        var before = Environment.CpuUsage.TotalTime;
        session.Run(run, inputs, session.OutputNames).Dispose();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }
}
