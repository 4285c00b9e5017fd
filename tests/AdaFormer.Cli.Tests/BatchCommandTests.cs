using System.Text.Json;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
public sealed class BatchCommandTests : IDisposable
{
    private readonly AdaFormerProcess _adaformer = new();

    public void Dispose() => _adaformer.Dispose();

    [TestMethod]
    public void R8_ExitCodesAndAJsonLineForEachFile()
    {
        Put("in/a.png", 9, 8);
        Put("in/deep/b.png", 10, 8);

        var (code, output, error) = Batch("in", "out", "-r", "--report", "out.jsonl");
        Assert.AreEqual(0, code, error);
        Assert.StartsWith("2 done, 0 skipped as finished, 0 failed, of 2", output);
        Assert.Contains("on the CPU; halting saved 100", output);
        Assert.AreEqual(36, new PictureReader().Read(_adaformer["out/a_x4.png"]).Width);

        File.WriteAllText(_adaformer["in/bad.png"], "<html>404 Not Found</html>");
        (code, output, error) = Batch("in", "out", "-r", "--report", "out.jsonl");
        Assert.AreEqual(3, code, error);
        Assert.StartsWith("0 done, 2 skipped as finished, 1 failed, of 3", output);
        Assert.Contains("bad.png", error);
        Assert.AreEqual(1, error.TrimEnd().Split('\n').Length, error);

        var report = File.ReadAllLines(_adaformer["out.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        CollectionAssert.AreEquivalent(
            new[] { "a.png done", "deep/b.png done", "a.png skipped", "bad.png failed", "deep/b.png skipped" },
            report.Select(line => $"{line.GetProperty("input")} {line.GetProperty("status")}").ToArray());
        Assert.IsTrue(report.All(line => line.GetProperty("seconds").GetDouble() >= 0));
        Assert.IsTrue(report.Where(line => line.GetProperty("status").GetString() != "failed").All(line =>
            line.GetProperty("input_sha256").GetString()!.Length == 64 && line.GetProperty("output_sha256").GetString()!.Length == 64 && line.GetProperty("halted_share").GetDouble() == 1));
        Assert.IsTrue(report.Where(line => line.GetProperty("status").GetString() == "done").All(line =>
            line.GetProperty("models")[0].GetString() == "tiny-x4" && line.GetProperty("model_reason").GetString() == "nothing shows that it was a JPEG"));
        Assert.Contains("bad.png", report.Single(line => line.GetProperty("status").GetString() == "failed").GetProperty("error").GetString()!);
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void R8_APipeStopsNothingAndNoNameCommandsTheTerminal()
    {
        Put("in/a.png", 9, 8);
        File.WriteAllText(_adaformer["in/red\u001b[31m\nline.png"], "no picture");
        System.Diagnostics.Process.Start("mkfifo", [_adaformer["in/pipe.png"]]).WaitForExit();

        var (code, output, error) = Batch("in", "out");

        Assert.AreEqual(3, code, error);
        Assert.StartsWith("1 done, 0 skipped as finished, 2 failed, of 3", output);
        Assert.Contains("a pipe or a device", error);
        Assert.DoesNotContain("\u001b", error);
        Assert.AreEqual(2, error.TrimEnd().Split('\n').Length, error);
    }

    [TestMethod]
    public void NothingIsSaidOfHaltingWhereNoModelRan()
    {
        Put("in/a.png", 9, 8);
        var (code, output, error) = Batch("in", "out", "--scale", "1", "--report", "out.jsonl");
        Assert.AreEqual(0, code, error);
        Assert.DoesNotContain("halting", output);
        Assert.IsFalse(JsonDocument.Parse(File.ReadAllText(_adaformer["out.jsonl"])).RootElement.TryGetProperty("halted_share", out _));
    }

    [TestMethod]
    public void R8_UsageErrorsAreTwo()
    {
        Put("in/a.png", 9, 8);
        foreach (var arguments in new string[][] { [], ["in"], ["in", "out", "--shard", "0/2"], ["in", "out", "--shard", "3/2"], ["in", "out", "--format", "doc"], ["in", "out", "--name", "{nmae}"], ["in", "out", "--parallel", "-1"] })
            Assert.AreEqual(2, Batch(arguments).Code, string.Join(' ', arguments));
        Assert.IsFalse(Directory.Exists(_adaformer["out"]));
    }

    [TestMethod]
    public void R9_NamesThatClashAreRefusedBeforeAnyWork()
    {
        Put("in/a.png", 9, 8);
        Put("in/a.PNG", 9, 8);

        var (code, output, error) = Batch("in", "out");

        Assert.AreEqual((1, ""), (code, output));
        Assert.Contains("a_x4.png", error);
        Assert.IsFalse(Directory.Exists(_adaformer["out"]));
        Assert.AreEqual(0, Batch("in", "out", "--name", "{name}.{extension}").Code);
        Assert.IsTrue(File.Exists(_adaformer["out/a.PNG.png"]));
    }

    [TestMethod]
    public void ListsPatternsAndADryRunSayWhatWouldBeDone()
    {
        Put("in/a.png", 9, 8);
        Put("in/deep/b.png", 9, 8);
        File.WriteAllText(_adaformer["list.txt"], "in/deep/b.png\n");

        Assert.AreEqual($"in/a.png -> {Path.Combine("out", "a_x4.png")}\n", Batch("in/*.png", "out", "--dry-run").Output.ReplaceLineEndings("\n"));
        Assert.AreEqual($"in/deep/b.png -> {Path.Combine("out", "in/deep/b_x4.png")}\n", Batch("--list", "list.txt", "out", "--dry-run").Output.ReplaceLineEndings("\n"));
        Assert.IsFalse(Directory.Exists(_adaformer["out"]));
        Assert.AreEqual(0, Batch("in/a.png", "in/deep/b.png", "out").Code);
        Assert.IsTrue(File.Exists(_adaformer["out/b_x4.png"]));
    }

    [TestMethod]
    public void R18_ADeviceThatIsNotThereIsAnErrorAndAutoSaysWhatItTook()
    {
        Put("in/a.png", 9, 8);
        if (Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            Assert.Inconclusive("This ONNX Runtime has CUDA, so the device may well be there.");

        foreach (var arguments in new string[][] { ["batch", "in", "out"], ["upscale", "in/a.png", "-o", "a.png"] })
        {
            var (code, output, error) = _adaformer.Run([.. arguments, "--device", "cuda"]);
            Assert.AreEqual((1, ""), (code, output));
            Assert.Contains("CUDA", error);
            Assert.Contains("on the CPU", _adaformer.Run([.. arguments, "--device", "auto"]).Output);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R6_InterruptedItLeavesNothingHalfAndGoesOn()
    {
        for (var index = 0; index < 4; index++)
            Put($"in/{index}.png", 640, 640);
        using var process = _adaformer.Start("batch", "in", "out", "-t", "1e9");
        var error = process.StandardError.ReadToEndAsync();
        while (!File.Exists(_adaformer["out/.adaformer-batch/journal.jsonl"]))
            Assert.IsFalse(process.WaitForExit(TimeSpan.FromMilliseconds(100)), "it ended before it could be interrupted");

        using var interrupt = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString()]);

        Assert.IsTrue(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.AreEqual(130, process.ExitCode);
        Assert.Contains("goes on", error.Result);
        Assert.IsEmpty(Directory.GetFiles(_adaformer["out"], "*.adaformer-tmp"));
        var (code, output, _) = Batch("in", "out");
        Assert.AreEqual(0, code);
        Assert.Contains("0 failed, of 4", output);
    }

    [TestMethod]
    public void FilesAtOnceAreNoMoreThanThereAre()
    {
        Assert.AreEqual(2, Concurrency.Choose(asked: 5, files: 2));
        Assert.AreEqual(5, Concurrency.Choose(asked: 5, files: 9));
        Assert.AreEqual(1, Concurrency.Choose(asked: 0, files: 0));
        Assert.IsTrue(Concurrency.Choose(asked: 0, files: int.MaxValue) is >= 1 and var chosen && chosen <= Environment.ProcessorCount);
        Assert.AreEqual(Environment.ProcessorCount, Concurrency.ThreadsEach(files: 1));
        Assert.AreEqual(1, Concurrency.ThreadsEach(files: Environment.ProcessorCount + 1));
    }

    private (int Code, string Output, string Error) Batch(params string[] arguments) => _adaformer.Run(["batch", .. arguments, "-t", "-1"]);

    private void Put(string name, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_adaformer[name])!);
        using var file = File.Create(_adaformer[name]);
        PngFile.Save(new Picture(width, height, PixelLayout.Rgb), file);
    }
}
