using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

/// <summary>Where a run's time goes, by operator, as ONNX Runtime's profiler sees it.</summary>
internal static class OperatorProfile
{
    /// <summary>Mean milliseconds of a run for every operator, nodes inside <c>If</c> branches included and <c>If</c> itself not.</summary>
    public static IReadOnlyList<(string Operator, double Milliseconds)> Of(byte[] model, int threads, IReadOnlyDictionary<string, OrtValue> inputs, int runs)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            EnableProfiling = true,
            ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), "adaformer-profile"),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableMemoryPattern = false,
        };
        using var session = new InferenceSession(model, options);
        using var runOptions = new RunOptions();
        for (var run = 0; run < runs; run++)
            session.Run(runOptions, inputs, session.OutputNames).Dispose();
        var path = session.EndProfiling();
        try
        {
            using var trace = JsonDocument.Parse(File.ReadAllText(path));
            return [.. trace.RootElement.EnumerateArray()
                .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
                .Select(entry => (Operator: entry.GetProperty("args").GetProperty("op_name").GetString()!, Time: entry.GetProperty("dur").GetDouble()))
                .Where(entry => entry.Operator != "If")
                .GroupBy(entry => entry.Operator)
                .Select(group => (group.Key, group.Sum(entry => entry.Time) / 1000 / runs))
                .OrderByDescending(entry => entry.Item2)];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
