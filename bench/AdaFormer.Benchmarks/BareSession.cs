using System.Diagnostics;
using System.Text.Json;
using AdaFormer.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

/// <summary>An ONNX Runtime session with nothing of ours around it.</summary>
internal sealed class BareSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SessionOptions _options;

    public BareSession(byte[] model, bool profile = false)
    {
        _options = new SessionOptions
        {
            IntraOpNumThreads = Environment.ProcessorCount,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableMemoryPattern = false,
            ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), "adaformer-profile"), // read when profiling is enabled
            EnableProfiling = profile,
        };
        _session = new InferenceSession(model, _options);
    }

    public static float[] Tensor(Picture picture) =>
        PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, picture.Width, picture.Height, 0, 0, picture.Width, picture.Height));

    /// <summary>Milliseconds of one run on a square image.</summary>
    public double Time(float[] image, int side, float? threshold)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(image, [1, 3, side, side]);
        using var dial = OrtValue.CreateTensorValueFromMemory([threshold ?? 0], []);
        var inputs = new Dictionary<string, OrtValue> { ["image"] = value };
        if (threshold is not null)
            inputs["halting_threshold"] = dial;
        using var run = new RunOptions();
        var clock = Stopwatch.StartNew();
        _session.Run(run, inputs, _session.OutputNames).Dispose();
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>Mean milliseconds of a run for every operator, those in the branches of an <c>If</c> included and <c>If</c> itself not.</summary>
    public IReadOnlyList<(string Operator, double Milliseconds)> Profile(float[] image, int side, float threshold, int runs)
    {
        for (var run = 0; run < runs; run++)
            Time(image, side, threshold);
        var path = _session.EndProfiling();
        using var trace = JsonDocument.Parse(File.ReadAllText(path));
        File.Delete(path);
        return [.. trace.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .Select(entry => (Operator: entry.GetProperty("args").GetProperty("op_name").GetString()!, Time: entry.GetProperty("dur").GetDouble()))
            .Where(entry => entry.Operator != "If")
            .GroupBy(entry => entry.Operator)
            .Select(group => (group.Key, group.Sum(entry => entry.Time) / 1000 / runs))
            .OrderByDescending(entry => entry.Item2)];
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
