using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

/// <summary>Batches that are killed, meet a full or read-only disk, or each other.</summary>
[TestClass]
public sealed class BatchFaultTests : IDisposable
{
    private const int Pictures = 12;

    // A hundred by hand: ADAFORMER_KILLS=100 dotnet test --project tests/AdaFormer.Cli.Tests --filter R1_Killed
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ADAFORMER_KILLS") ?? "5", CultureInfo.InvariantCulture);
    private readonly AdaFormerProcess _adaformer = new();

    public BatchFaultTests()
    {
        Directory.CreateDirectory(_adaformer["in"]);
        for (var index = 0; index < Pictures; index++)
            Put(index, 40 + (8 * index));
    }

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _adaformer.Dispose();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R1_KilledAtAnyMomentEveryOutputIsAbsentOldOrComplete()
    {
        // What each file is when it is made of the first, and of the second settings.
        var (first, second) = (Expected("expected-1", "-1"), Expected("expected-2", "1e9"));
        var random = new Random(1);
        var (clock, files, half) = (Stopwatch.StartNew(), 0, 0);
        Batch("timing", "-1");
        var length = clock.Elapsed;

        for (var kill = 0; kill < Kills; kill++)
        {
            // Every other time over the files of the time before, which are of other settings.
            using var process = _adaformer.Start("batch", "in", "out", "--parallel", "2", "-t", kill % 4 < 2 ? "-1" : "1e9");
            process.WaitForExit(length * (0.2 + random.NextDouble()));
            process.Kill();
            process.WaitForExit();

            foreach (var (name, hash) in Hashes("out"))
            {
                Assert.IsTrue(hash == first[name] || hash == second[name], $"kill {kill}: {name} is neither old nor complete");
                files++;
            }

            half += LeftOvers();
        }

        TestContext.WriteLine($"{Kills} kills; {files} outputs looked at, all complete; {half} left-over temporary files seen");
        Assert.AreEqual(0, Batch("out", "-1").Code);
        Assert.AreEqual(0, LeftOvers());
        CollectionAssert.AreEquivalent(first, Hashes("out"));
        Assert.StartsWith($"0 done, {Pictures} skipped", Batch("out", "-1").Output);
    }

    [TestMethod]
    public void TwoProcessesOnOneFolderAtOnceLeaveItWhole()
    {
        var expected = Expected("expected", "-1");

        var codes = new int[2];
        Parallel.For(0, codes.Length, index => codes[index] = Batch("out", "-1").Code);

        CollectionAssert.AreEqual(new[] { 0, 0 }, codes);
        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        Assert.AreEqual(0, LeftOvers());
        Assert.StartsWith($"0 done, {Pictures} skipped", Batch("out", "-1").Output);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void R1_AFullDiskFailsWhatDoesNotFitAndLeavesNothingHalf()
    {
        var expected = Expected("expected", "-1");
        var sizes = Directory.GetFiles(_adaformer["expected"], "*.png").Sum(file => new FileInfo(file).Length);
        using (var disk = SmallDisk.Mount(_adaformer["out"], $"size={sizes / 2 / 1024}k"))
        {
            var (code, _, error) = Batch("out", "-1");

            Assert.AreEqual(3, code, error);
            var written = Hashes("out");
            Assert.IsTrue(written.Count is > 0 and < Pictures, error);
            Assert.IsTrue(written.All(pair => expected[pair.Key] == pair.Value));
            Assert.AreEqual(0, LeftOvers());
            disk.Remount("size=64m");
            Assert.AreEqual(0, Batch("out", "-1").Code);
            CollectionAssert.AreEquivalent(expected, Hashes("out"));
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void R1_AReadOnlyFolderIsOneErrorBeforeAnyWork()
    {
        using var disk = SmallDisk.Mount(_adaformer["out"], "ro");

        var (code, output, error) = Batch("out", "-1");

        Assert.AreEqual((1, ""), (code, output));
        Assert.AreEqual(1, error.TrimEnd().Split('\n').Length, error);
        Assert.Contains("out", error);
    }

    private Dictionary<string, string> Expected(string folder, string threshold)
    {
        var (code, _, error) = Batch(folder, threshold);
        Assert.AreEqual(0, code, error);
        var hashes = Hashes(folder);
        Assert.HasCount(Pictures, hashes);
        return hashes;
    }

    private (int Code, string Output, string Error) Batch(string folder, string threshold) => _adaformer.Run("batch", "in", folder, "--parallel", "2", "-t", threshold);

    private Dictionary<string, string> Hashes(string folder) => !Directory.Exists(_adaformer[folder]) ? [] : Directory.GetFiles(_adaformer[folder], "*.png")
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    private int LeftOvers() => Directory.Exists(_adaformer["out"]) ? Directory.GetFiles(_adaformer["out"], "*.adaformer-tmp").Length : 0;

    private void Put(int index, int side)
    {
        var picture = new Picture(side, side, PixelLayout.Rgb);
        var random = new Random(index);
        for (var y = 0; y < side; y++)
            random.NextBytes(picture.Row8(y));
        using var file = File.Create(_adaformer[$"in/{index}.png"]);
        PngFile.Save(picture, file);
    }
}
