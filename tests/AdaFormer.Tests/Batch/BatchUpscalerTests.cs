using System.Diagnostics;
using System.Security.Cryptography;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Tests.Batch;

[TestClass]
public sealed class BatchUpscalerTests : IDisposable
{
    private const float HaltAll = -1;
    private readonly TemporaryFolder _folder = new();
    private readonly UpscalingModel _model = Models.Load("tiny-x2-skip");

    public BatchUpscalerTests() => Directory.CreateDirectory(_folder.File("in/deep"));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void EveryPictureComesOutAsItDoesAlone(int parallel)
    {
        string[] names = ["a", "b", "deep/c", "deep/d"];
        foreach (var (index, name) in names.Index())
            Put($"{name}.png", 11 + (7 * index), 23);

        var (result, records) = Run(parallel: parallel);

        Assert.AreEqual((4, 4, 0, 0, false), (result.Total, result.Done, result.Skipped, result.Failed, result.Cancelled));
        Assert.AreEqual(1, result.HaltedShare);
        foreach (var name in names)
        {
            new FileUpscaler(_model, options: Files()).Upscale(In($"{name}.png"), _folder.File("alone.png"));
            CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("alone.png")), File.ReadAllBytes(Out($"{name}_x2.png")));
            File.Delete(_folder.File("alone.png"));
        }

        var record = records.Single(record => record.Input == "deep/d.png");
        Assert.AreEqual(("deep/d_x2.png", 32, 23, 64, 46, 1.0), (record.Output, record.InputWidth, record.InputHeight, record.Width, record.Height, record.HaltedShare));
        Assert.AreEqual(Hash(In("deep/d.png")), record.InputSha256);
        Assert.AreEqual(Hash(Out("deep/d_x2.png")), record.OutputSha256);
        Assert.IsGreaterThan(0, record.Seconds!.Value);
    }

    [TestMethod]
    public void R8_BadFilesNeverStopTheOthers()
    {
        Put("good.png", 9, 9);
        Put("last.png", 9, 9);
        File.WriteAllText(In("page.png"), "<html>404 Not Found</html>");
        File.WriteAllBytes(In("cut.png"), File.ReadAllBytes(In("good.png"))[..60]);
        File.WriteAllBytes(In("empty.png"), []);
        BatchInput[] inputs = [.. BatchInputs.Find(_folder.File("in"), new PictureReader()), new(In("gone.png"), "gone.png")];

        var batch = new BatchUpscaler(_model, options: new BatchOptions { Files = Files(), Report = _folder.File("report.jsonl") });
        var result = batch.Run(BatchPlan.Make(inputs, _folder.File("out"), TargetSize.Scaled(2)));

        Assert.AreEqual((6, 2, 4), (result.Total, result.Done, result.Failed));
        var report = new JsonLines(_folder.File("report.jsonl")).ReadNew();
        CollectionAssert.AreEqual(new[] { "cut.png", "empty.png", "good.png", "last.png", "page.png", "gone.png" }, report.Select(record => record.Input).ToArray());
        foreach (var record in report)
        {
            var good = record.Input is "good.png" or "last.png";
            Assert.AreEqual(good ? BatchStatus.Done : BatchStatus.Failed, record.Status);
            Assert.AreEqual(good, record.Error is null);
            Assert.IsTrue(good || record.Error!.Contains(record.Input), record.Error);
        }

        CollectionAssert.AreEquivalent(new[] { "good_x2.png", "last_x2.png" }, OutFiles());
    }

    [TestMethod]
    public void R8_ASecondRunSkipsByContentAndSettings()
    {
        Put("a.png", 9, 9);
        Put("b.png", 10, 10);
        Assert.AreEqual(2, Run().Result.Done);
        var old = File.GetLastWriteTimeUtc(Out("a_x2.png"));

        Assert.AreEqual((0, 2), Counts(Run()));
        Assert.AreEqual(old, File.GetLastWriteTimeUtc(Out("a_x2.png")));

        File.SetLastWriteTimeUtc(In("a.png"), DateTime.UtcNow);
        File.SetLastWriteTimeUtc(Out("a_x2.png"), DateTime.UtcNow);
        Assert.AreEqual((0, 2), Counts(Run()), "neither content nor settings changed");

        Assert.AreEqual((2, 0), Counts(Run(files: Files(threshold: 1e9f))), "another threshold");
        Assert.AreEqual((2, 0), Counts(Run()), "and back");
        Assert.AreEqual((2, 0), Counts(Run(further: "quality 80")), "an encoder's setting");
        Assert.AreEqual((0, 2), Counts(Run(further: "quality 80", parallel: 2)));
        using var other = UpscalingModel.Load(Models.Bytes("tiny-x2-skip", haltingThreshold: 0.5f));
        Assert.AreEqual((2, 0), Counts(Run(model: other)), "another model");
    }

    [TestMethod]
    public void R8_WhatIsChangedDamagedOrMissingIsDoneAgain()
    {
        foreach (var name in new[] { "changed", "swapped", "torn", "flipped", "missing", "good" })
            Put($"{name}.png", 12, name.Length);
        Assert.AreEqual(6, Run().Result.Done);
        var expected = OutFiles().ToDictionary(name => name, name => Hash(Out(name)));

        Put("changed.png", 13, 13);
        // The content of another picture with the time of this one: a name and a time are no content.
        var time = File.GetLastWriteTimeUtc(In("swapped.png"));
        File.Copy(In("good.png"), In("swapped.png"), overwrite: true);
        File.SetLastWriteTimeUtc(In("swapped.png"), time);
        File.WriteAllBytes(Out("torn_x2.png"), File.ReadAllBytes(Out("torn_x2.png"))[..40]);
        var flipped = File.ReadAllBytes(Out("flipped_x2.png"));
        flipped[^20] ^= 1;
        File.WriteAllBytes(Out("flipped_x2.png"), flipped);
        File.Delete(Out("missing_x2.png"));
        var (result, records) = Run();

        Assert.AreEqual((5, 1), (result.Done, result.Skipped));
        Assert.AreEqual("good.png", records.Single(record => record.Status == BatchStatus.Skipped).Input);
        foreach (var name in new[] { "torn_x2.png", "flipped_x2.png", "missing_x2.png" })
            Assert.AreEqual(expected[name], Hash(Out(name)));
        Assert.AreEqual(26, new PictureReader().Read(Out("changed_x2.png")).Width);
        Assert.AreEqual(expected["good_x2.png"], Hash(Out("swapped_x2.png")));
    }

    [TestMethod]
    public void R9_WhatNoBatchMadeIsKeptUnlessToldOtherwise()
    {
        Put("a.png", 9, 9);
        Put("b.png", 9, 9);
        Directory.CreateDirectory(_folder.File("out"));
        File.WriteAllText(Out("a_x2.png"), "precious");

        var (result, records) = Run();
        Assert.AreEqual((1, 1), (result.Done, result.Failed));
        Assert.Contains("allow overwriting", records.Single(record => record.Input == "a.png").Error!);
        Assert.AreEqual("precious", File.ReadAllText(Out("a_x2.png")));
        Assert.AreEqual(1, Run().Result.Failed, "still");

        Assert.AreEqual((1, 1), Counts(Run(files: new FileUpscaleOptions { Overwrite = true, Upscaling = new UpscaleOptions { HaltingThreshold = HaltAll } })));
        Assert.AreEqual(18, new PictureReader().Read(Out("a_x2.png")).Width);
    }

    [TestMethod]
    public void R9_WhatABatchMadeIsNotTakenForAnInput()
    {
        Put("a.png", 9, 9);
        for (var run = 0; run < 2; run++)
        {
            var plan = BatchPlan.Make(BatchInputs.Find(_folder.File("in"), new PictureReader(), recursive: true), _folder.File("in"), TargetSize.Scaled(2));
            Assert.AreEqual("a.png", plan.Items.Single().Input.Name);
            Assert.AreEqual(1 - run, new BatchUpscaler(_model, options: new BatchOptions { Files = Files() }).Run(plan).Done);
        }
    }

    [TestMethod]
    public void R1_AnOutputBegunByARunThatWasKilledIsDoneAgain()
    {
        Put("a.png", 9, 9);
        Assert.AreEqual(1, Run().Result.Done);
        // As when the process ends between the rename and the last line.
        var journal = _folder.File("out/.adaformer-batch/journal.jsonl");
        var lines = File.ReadAllLines(journal);
        Assert.HasCount(2, lines);
        File.WriteAllText(journal, lines[0] + "\n" + lines[1][..30]);

        Assert.AreEqual((1, 0), Counts(Run()));
        Assert.AreEqual((0, 1), Counts(Run()));
    }

    [TestMethod]
    public void R1_WhatAKilledRunLeftIsRemovedThoughItsOutputIsFinished()
    {
        Put("deep/a.png", 9, 9);
        Run();
        File.WriteAllText(Out("deep/.a_x2.png.0123456789ab.adaformer-tmp"), "half");
        File.WriteAllText(Out("deep/.anothers.png.0123456789ab.adaformer-tmp"), "half");

        Assert.AreEqual((0, 1), Counts(Run()));

        CollectionAssert.AreEquivalent(new[] { "deep/a_x2.png", "deep/.anothers.png.0123456789ab.adaformer-tmp" }, OutFiles().Select(name => name.Replace('\\', '/')).ToArray());
    }

    [TestMethod]
    public void APictureThatChangesWhileItIsReadIsAFailureWithoutOutput()
    {
        Put("a.png", 40, 40);
        Put("b.png", 9, 9);
        var changed = false;
        var (result, records) = Run(told: progress =>
        {
            if (changed || progress.Finished == 0)
                return;
            changed = true;
            // As a program does that asks nobody: over the bytes of a file that somebody reads.
            using var file = new FileStream(In("a.png"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            PngFile.Save(Models.Picture(41, 41), file);
            file.SetLength(file.Position);
        });

        Assert.AreEqual((1, 1), (result.Done, result.Failed));
        Assert.Contains("changed while", records.Single(record => record.Input == "a.png").Error!);
        CollectionAssert.AreEqual(new[] { "b_x2.png" }, OutFiles());
        Assert.AreEqual((1, 1), Counts(Run()));
        Assert.AreEqual(82, new PictureReader().Read(Out("a_x2.png")).Width);
    }

    [TestMethod]
    public void TwoRunsOnOneFolderAtOnceLeaveItWhole()
    {
        for (var index = 0; index < 24; index++)
            Put($"{index}.png", 20 + index, 20);

        var results = new (BatchResult Result, List<BatchRecord> Records)[3];
        Parallel.For(0, 3, index => results[index] = Run(parallel: 2));

        foreach (var (result, records) in results)
            Assert.AreEqual(24, result.Done + result.Skipped, string.Join("\n", records.Select(record => record.Error)));
        Assert.AreEqual((0, 24), Counts(Run()));
        Assert.IsTrue(OutFiles().All(name => new PictureReader().Read(Out(name)).Height == 40));
        Assert.HasCount(24, OutFiles());
    }

    [TestMethod]
    public void ShardsDoEachPictureOnce()
    {
        for (var index = 0; index < 20; index++)
            Put($"{index}.png", 9, 9);
        var done = Enumerable.Range(1, 3).Select(index =>
        {
            var shard = new BatchShard(index, 3);
            return new BatchUpscaler(_model, options: new BatchOptions { Files = Files(), Shard = shard }).Run(Plan(shard)).Done;
        }).ToArray();

        Assert.AreEqual(20, done.Sum());
        Assert.IsTrue(done.All(count => count > 0));
        Assert.AreEqual((0, 20), Counts(Run()), "and whoever comes after knows");
    }

    [TestMethod]
    public void R6_CancellingLeavesNothingHalfAndGoesOnLater()
    {
        for (var index = 0; index < 6; index++)
            Put($"{index}.png", 30, 30);
        using var source = new CancellationTokenSource();

        var (cancelled, _) = Run(cancellation: source.Token, told: progress =>
        {
            if (progress.Finished >= 2)
                source.Cancel();
        });

        Assert.IsTrue(cancelled.Cancelled);
        Assert.IsLessThan(6, cancelled.Done);
        Assert.HasCount(cancelled.Done, OutFiles());
        Assert.AreEqual((6 - cancelled.Done, cancelled.Done), Counts(Run()));
    }

    [TestMethod]
    public void ProgressGrowsToTheEndWithARecordForEachPicture()
    {
        for (var index = 0; index < 5; index++)
            Put($"{index}.png", 9, 9);
        var told = new List<BatchProgress>();

        Run(parallel: 2, told: told.Add);

        Assert.AreEqual(5, told[^1].Finished, 1e-9);
        Assert.IsTrue(told.Zip(told.Skip(1)).All(pair => pair.Second.Finished >= pair.First.Finished - 1e-9));
        Assert.AreEqual(5, told.Count(progress => progress.Record is not null));
    }

    [TestMethod]
    public void R9_AReportIsNeverAnInputOrSomethingElse()
    {
        Put("a.png", 9, 9);
        var before = Hash(In("a.png"));

        Assert.Throws<IOException>(() => new BatchUpscaler(_model, options: new BatchOptions { Files = Files(), Report = In("a.png") }).Run(Plan()));

        Assert.AreEqual(before, Hash(In("a.png")));
    }

    [TestMethod]
    public void R19_AThousandPicturesOfDifferentSizesLeaveMemoryWhereItWas()
    {
        for (var index = 0; index < 1000; index++)
            Put($"{index}.png", 1 + (index * 7 % 70), 1 + (index * 13 % 61));
        Run(parallel: 2, output: "warm", inputs: BatchInputs.Find(In("*9.png"), new PictureReader()));

        // What leaks leaks in every round; the allocator's own growth ends. The results alone are 13 MB, the network's tensors fifty times that.
        var growth = Enumerable.Range(0, 3).Select(round =>
        {
            var (memory, handles) = Held();
            Assert.AreEqual(1000, Run(parallel: 2, output: $"out{round}").Result.Done);
            var (after, handlesAfter) = Held();
            Assert.IsLessThan(handles + 10, handlesAfter);
            return after - memory;
        });
        Assert.Contains(bytes => bytes < 15 << 20, growth);
    }

    private static (long Memory, int Handles) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, process.HandleCount);
    }

    private static FileUpscaleOptions Files(float threshold = HaltAll) => new() { Upscaling = new UpscaleOptions { HaltingThreshold = threshold } };

    private static (int Done, int Skipped) Counts((BatchResult Result, List<BatchRecord> Records) run) => (run.Result.Done, run.Result.Skipped);

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private (BatchResult Result, List<BatchRecord> Records) Run(
        FileUpscaleOptions? files = null, int parallel = 1, string further = "", UpscalingModel? model = null, Action<BatchProgress>? told = null,
        string output = "out", IReadOnlyList<BatchInput>? inputs = null, CancellationToken cancellation = default)
    {
        var records = new List<BatchRecord>();
        var progress = new Collector(report =>
        {
            told?.Invoke(report);
            if (report.Record is { } record)
                records.Add(record);
        });
        var plan = BatchPlan.Make(inputs ?? BatchInputs.Find(_folder.File("in"), new PictureReader(), recursive: true), _folder.File(output), TargetSize.Scaled(2));
        var options = new BatchOptions { Files = files ?? Files(), Parallel = parallel, FurtherSettings = further };
        return (new BatchUpscaler(model ?? _model, options: options).Run(plan, progress, cancellation), records);
    }

    private BatchPlan Plan(BatchShard? shard = null) => BatchPlan.Make(BatchInputs.Find(_folder.File("in"), new PictureReader(), recursive: true), _folder.File("out"), TargetSize.Scaled(2), shard: shard);

    private string In(string name) => _folder.File($"in/{name}");

    private string Out(string name) => _folder.File($"out/{name}");

    /// <summary>All files of the output folder but the record, left-overs too.</summary>
    private string[] OutFiles() =>
        [.. Directory.GetFiles(_folder.File("out"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder.File("out"), path)).Where(name => !name.StartsWith(".adaformer-batch"))];

    private void Put(string name, int width, int height)
    {
        using var file = File.Create(In(name));
        PngFile.Save(Models.Picture(width, height), file);
    }

    private sealed class Collector(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }
}
