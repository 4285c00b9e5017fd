using System.Diagnostics;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Tests;
using RabbitMQ.Client;

namespace AdaFormer.Farm.Tests;

/// <summary>Large pictures, whose strips are messages of their own.</summary>
[TestClass]
[RequiresBroker]
public sealed class FarmStripTests : FarmInProcessFixture
{
    // By hand: ADAFORMER_FARM_STRIP_PICTURES=8 ADAFORMER_FARM_KILLS=10 dotnet test --project tests/AdaFormer.Farm.Tests --filter R1_Strips
    private static readonly int Pictures = Number("ADAFORMER_FARM_STRIP_PICTURES", 3);
    private static readonly int Kills = Number("ADAFORMER_FARM_KILLS", 4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120 + (60 * Pictures));
    private static readonly BatchOptions Tiles = new() { Files = new FileUpscaleOptions { Upscaling = new UpscaleOptions { TileSize = 96 } } };

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R1_StripsOfLargePicturesWithWorkersKilledAndTheBrokerRestartedGiveWhatOneProcessGives()
    {
        string[] options = ["--tile", "96"];
        (PixelLayout Layout, int BitDepth)[] kinds = [(PixelLayout.Rgb, 8), (PixelLayout.Rgba, 16), (PixelLayout.Gray, 8)];
        for (var index = 0; index < Pictures; index++)
            Put("in", index, 120 + index, 410 + (7 * index), kinds[index % kinds.Length].Layout, kinds[index % kinds.Length].BitDepth);
        Put("in", Pictures, 60, 40);
        var expected = Expected("in", "expected", options);
        Assert.AreEqual(0, Run("submit", ["in", "out", "--strips-above", "0.1MP", .. options]).Code);

        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        using var workers = Workers(3);
        for (var kill = 0; kill < Kills; kill++)
        {
            Thread.Sleep(random.Next(1500, 5000));
            workers.Kill(random.Next(workers.Count));
            if (kill == Kills / 2)
                Shared.Restart();
        }

        var end = WaitFor(status => status.Done + status.Failures.Count > Pictures && status.AtWork == 0, clock, Patience);
        workers.Stop();

        TestContext.WriteLine($"{Pictures} pictures in strips, {Kills} kills, one restart of the broker, {clock.Elapsed.TotalSeconds:F0} s; {end.Doubled} worked on twice");
        Assert.IsEmpty(end.Failures);
        Assert.AreEqual((0, 0), (end.InStrips, end.StripsLeft));
        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        Assert.IsEmpty(Directory.GetFiles(Adaformer["out"], "*.adaformer-tmp", SearchOption.AllDirectories));
        Assert.IsEmpty(StripsIn("out"));
        Assert.IsLessThanOrEqualTo(workers.Count, end.Doubled);
    }

    [TestMethod]
    public void JpegInASizeOfItsOwnGoesThroughStripsByTheCommand()
    {
        string[] options = ["--tile", "96", "--scale", "2.5", "--format", "jpg", "--quality", "70"];
        Directory.CreateDirectory(Adaformer["in"]);
        PictureFormats.Writer().Write(Noise(1, 90, 300), Adaformer["in/large.jpg"]);
        PictureFormats.Writer().Write(Noise(2, 30, 30), Adaformer["in/small.jpg"]);
        var expected = Expected("in", "expected", options);

        Run("submit", ["in", "out", "--strips-above", "100000", .. options]);
        var work = Run("work", "--idle", "1", "--threads", "1").Output;

        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        Assert.Contains("large.jpg: cut into strips in ", work);
        Assert.Contains("large.jpg, strip 5 of 5: done in", work);
        Assert.Contains("2 done, 0 found finished, 0 failed, 0 to be tried again, 0 given back; 5 strips\n", work);
        Assert.StartsWith("waiting 0, at work 0, done 2, failed 0; 0 workers", Run("status").Output);
        Assert.Contains("is not a number of pixels", Run("submit", "in", "out", "--strips-above", "many").Error);
        // As a batch left it.
        Assert.Contains("2 skipped as finished", Adaformer.Run(["batch", "in", "out", .. options]).Output);
    }

    [TestMethod]
    public async Task ABadStripFailsItsPictureAloneAndOnceAndRetryMakesTheRest()
    {
        Put("in", 0, 50, 300);
        Put("in", 1, 20, 20);
        new BatchUpscaler(Models, options: Tiles).Run(Plan("expected"));
        var options = Options with { MaximumDeliveries = 2, StripsAbove = 50_000 };
        await SubmitAsync(options);
        var good = await File.ReadAllBytesAsync(Adaformer["in/0.png"]);

        var work = await Worker(options).RunAsync(new Collector<FarmEvent>(Told, told =>
        {
            // The others find another file than the one that was cut.
            if (told.Kind == FarmEventKind.StripDone)
                File.AppendAllBytes(Adaformer["in/0.png"], [0]);
        }));

        Assert.AreEqual((1, 1, 4), (work.Done, work.Strips, work.Failed));
        var status = await StatusAsync();
        Assert.AreEqual((0, 0, 1, 0), (status.Waiting, status.AtWork, status.Done, status.StripsLeft));
        Assert.Contains("changed after it was cut", status.Failures.Single().Error);
        await using (var client = await FarmClient.OpenAsync(options))
        {
            await File.WriteAllBytesAsync(Adaformer["in/0.png"], good);
            Assert.AreEqual(1, await client.RetryAsync());
        }

        status = await StatusAsync();
        Assert.AreEqual((0, 1, 1, 4, 0), (status.Waiting, status.AtWork, status.InStrips, status.StripsLeft, status.Failures.Count));
        work = await Worker(options).RunAsync();
        Assert.AreEqual((1, 4, 0), (work.Done, work.Strips, work.Failed));
        CollectionAssert.AreEquivalent(Hashes("expected"), Hashes("out"));
        Assert.IsEmpty(StripsIn("out"));
    }

    [TestMethod]
    public async Task AStripWhoseWorkersDieIsTakenFromTheOthersAndTheRestIsMade()
    {
        Put("in", 0, 50, 300);
        new BatchUpscaler(Models, options: Tiles).Run(Plan("expected"));
        var options = Options with { MaximumDeliveries = 2, StripsAbove = 50_000 };
        await SubmitAsync(options);
        using (var stop = new CancellationTokenSource())
        {
            var begun = await Worker(options, new FarmWorkerOptions { Grace = TimeSpan.Zero }).RunAsync(new Collector<FarmEvent>(Told, told => StopAt(told, FarmEventKind.StripDone, stop)), stop.Token);
            Assert.IsGreaterThan(0, begun.Strips);
        }

        for (var death = 0; death < 2; death++)
        {
            await using var connection = await new ConnectionFactory { Uri = Options.Broker }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            Assert.IsNotNull(await channel.BasicGetAsync(Queue, autoAck: false));
        }

        await Worker(options).RunAsync();
        var status = await StatusAsync();
        Assert.Contains("every worker that had it died", status.Failures.Single().Error);
        Assert.AreEqual((0, 0, 0), (status.Waiting, status.AtWork, status.StripsLeft));
        Assert.HasCount(5, StripsIn("out"));

        await using var client = await FarmClient.OpenAsync(options);
        Assert.AreEqual(1, await client.RetryAsync());
        var work = await Worker(options).RunAsync();
        Assert.AreEqual((1, 1), (work.Done, work.Strips));
        CollectionAssert.AreEquivalent(Hashes("expected"), Hashes("out"));
        Assert.IsEmpty(StripsIn("out"));
    }

    [TestMethod]
    public async Task APictureWhoseStripsWereDeletedIsSubmittedAgain()
    {
        Put("in", 0, 50, 300);
        new BatchUpscaler(Models, options: Tiles).Run(Plan("expected"));
        var options = Options with { StripsAbove = 50_000 };
        await SubmitAsync(options);
        var deleted = false;
        await Worker(options).RunAsync(new Collector<FarmEvent>(Told, told =>
        {
            if (told.Kind != FarmEventKind.StripDone || deleted)
                return;
            deleted = true;
            foreach (var strip in StripsIn("out").Where(strip => Path.GetFileName(strip) == "0"))
                File.Delete(strip);
        }));
        Assert.AreEqual((0, 1, 0), ((await StatusAsync()).Done, (await StatusAsync()).AtWork, (await StatusAsync()).StripsLeft));

        Assert.AreEqual(new FarmSubmission(1, 0, 0), await SubmitAsync(options));
        var work = await Worker(options).RunAsync();

        Assert.AreEqual((1, 1), (work.Done, work.Strips));
        CollectionAssert.AreEquivalent(Hashes("expected"), Hashes("out"));
        Assert.IsEmpty(StripsIn("out"));
    }

    private static void StopAt(FarmEvent told, FarmEventKind kind, CancellationTokenSource stop)
    {
        if (told.Kind == kind)
            stop.Cancel();
    }

    private FarmWorker Worker(FarmOptions options, FarmWorkerOptions? worker = null) => new(options, _ => new BatchUpscaler(Models, options: Tiles), worker ?? UntilIdle);

    private async Task<FarmSubmission> SubmitAsync(FarmOptions options)
    {
        await using var client = await FarmClient.OpenAsync(options);
        return await client.SubmitAsync(Plan("out"), new BatchUpscaler(Models, options: Tiles), "");
    }
}
