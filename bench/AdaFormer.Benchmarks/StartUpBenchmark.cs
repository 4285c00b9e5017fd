using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

/// <summary>
/// What the first picture costs: making a session of a model as exported and of the same model as ONNX Runtime's optimizer left it, each in turns,
/// and the first run against the second.
/// </summary>
internal static class StartUpBenchmark
{
    private const int Rounds = 20;
    private const int Side = 128;

    public static int Run(string[] args)
    {
        var bytes = args.Length > 0 ? File.ReadAllBytes(args[0]) : BuiltInModel.Read();
        var optimized = Optimized(bytes);
        var image = BareSession.Tensor(TestCard.Draw(Side, Side));
        double[] load = [double.PositiveInfinity, double.PositiveInfinity], first = [.. load], second = [.. load];
        var coldest = Clock(() => new BareSession(bytes).Dispose());
        for (var round = 0; round < Rounds; round++)
        {
            for (var kind = 0; kind < 2; kind++)
            {
                BareSession? session = null;
                load[kind] = Math.Min(load[kind], Clock(() => session = new BareSession(kind == 0 ? bytes : optimized)));
                using (session)
                {
                    first[kind] = Math.Min(first[kind], session!.Time(image, Side, 1e9f));
                    second[kind] = Math.Min(second[kind], session.Time(image, Side, 1e9f));
                }
            }
        }

        Console.WriteLine($"the process's first session, with ONNX Runtime's library: {coldest:F0} ms; {Side}² dense, fastest of {Rounds}");
        Console.WriteLine("| model | session ms | first run ms | second run ms |\n|---|---:|---:|---:|");
        Console.WriteLine($"| as exported, {bytes.Length / 1e6:F1} MB | {load[0]:F1} | {first[0]:F1} | {second[0]:F1} |");
        Console.WriteLine($"| optimized before, {optimized.Length / 1e6:F1} MB | {load[1]:F1} | {first[1]:F1} | {second[1]:F1} |");
        return 0;
    }

    private static byte[] Optimized(byte[] model)
    {
        var path = Path.GetTempFileName();
        // Without the CPU's blocked layout: ONNX Runtime 1.29 cannot load what it saves of that where a graph has branches (names repeat).
        using (var options = new SessionOptions { OptimizedModelFilePath = path, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR })
            new InferenceSession(model, options).Dispose();
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private static double Clock(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }
}
