using System.Diagnostics;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Damaged models in ONNX Runtime, in a process of its own, as native code may end that.</summary>
[TestClass]
public class NativeMutationTests
{
    private static readonly MutationLoop Loop = new("onnx", _ => { });

    internal static Mutator MakeMutator(int seed) => new([Models.Bytes("tiny-x2-skip"), Models.Bytes("tiny-x3")], seed);

    [TestMethod]
    public void R12_MutatedModels_AreRefusedOrFailOrRun()
    {
        var seconds = 4.0;
        MutationLoop.Settle(ref seconds, out var seed);
        var (clock, outcomes, number) = (Stopwatch.StartNew(), new List<string>(), 0);
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var (code, lines) = Run(seed, number, seconds - clock.Elapsed.TotalSeconds);
            var last = int.Parse(lines[^1].Split(' ')[0]);
            outcomes.AddRange(lines.Select(line => line[(line.IndexOf(' ') + 1)..]));
            if (code != 0)
                outcomes[^1] = $"ENDED THE PROCESS with {code}, kept as {Loop.Keep(MakeMutator(seed).File(last))}";
            number = last + 1;
        }

        var summary = string.Join("; ", outcomes.CountBy(outcome => outcome).Select(pair => $"{pair.Value} {pair.Key}"));
        Console.WriteLine($"models: {number} files in {clock.Elapsed.TotalSeconds:F1} s, seed {seed}: {summary}");
        Assert.IsGreaterThan(0, number);
        Assert.DoesNotContain("ENDED", summary);
        Assert.DoesNotContain("FIND", summary);
    }

    private static (int Code, string[] Lines) Run(int seed, int number, double seconds)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(NativeMutationTests).Assembly.Location, TestHost.FreshProcess, $"{seed}", $"{number}", FormattableString.Invariant($"{seconds}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.IsNotEmpty(lines, error.Result);
        return (process.ExitCode, lines);
    }
}
