using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Starts this assembly as a process of its own, and what the two share.</summary>
public static class FreshProcess
{
    public const int Width = 8;
    public const int Height = 6;

    public static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(FreshProcess).Assembly.Location, TestHost.FreshProcess, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public static void Write(string path, List<byte[]?> images) => File.WriteAllLines(path, images.Select(image => image is null ? "" : Convert.ToBase64String(image)));

    public static List<byte[]?> Read(string path) => [.. File.ReadAllLines(path).Select(line => line.Length == 0 ? null : Convert.FromBase64String(line))];

    public static float[] Gradient() => [.. Enumerable.Range(0, 3 * Width * Height).Select(index => index / 255f)];

    public static string Sum(float[] values) => $"{values.Length} {values.Sum(value => (double)value).ToString("F6", CultureInfo.InvariantCulture)}";

    public sealed class FloatsRow
    {
        [VectorType(3 * Height * Width)]
        public float[]? Pixels { get; set; }
    }

    public sealed class LargeFloatsRow
    {
        public float[]? Large { get; set; }
    }
}
