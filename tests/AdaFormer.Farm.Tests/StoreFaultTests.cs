using System.Diagnostics;
using System.Security.Cryptography;
using AdaFormer.Imaging;

namespace AdaFormer.Farm.Tests;

/// <summary>Workers that are killed or overtaken, with a store that has conditional puts.</summary>
[TestClass]
[RequiresBroker]
public sealed class StoreFaultTests : FarmFixture
{
    // By hand: ADAFORMER_FARM_STORE_PICTURES=60 ADAFORMER_FARM_KILLS=10 dotnet test --project tests/AdaFormer.Farm.Tests --filter R1_Outputs
    private static readonly int Pictures = Number("ADAFORMER_FARM_STORE_PICTURES", 12);
    private static readonly int Kills = Number("ADAFORMER_FARM_KILLS", 4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120 + (4 * Pictures));
    private readonly ConditionalStore _store = new();

    public StoreFaultTests()
    {
        Adaformer.Environment["AWS_ACCESS_KEY_ID"] = Adaformer.Environment["AWS_SECRET_ACCESS_KEY"] = "nobody";
        Adaformer.Environment["AWS_ENDPOINT_URL_S3"] = _store.Address;
    }

    public override void Dispose()
    {
        _store.Dispose();
        base.Dispose();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R1_OutputsInAStoreWithWorkersKilledAreThereWholeAndAsOneProcessMakesThem()
    {
        string[] options = ["--tile", "96"];
        for (var index = 0; index < Pictures; index++)
            Put("in", index, 40 + (index % 9 * 5), 50 + (index % 7 * 6));
        // In strips.
        Put("in", Pictures, 90, 330, PixelLayout.Rgba);
        var expected = Expected("in", "expected", options);
        Store("in");
        Assert.AreEqual(0, Run("submit", ["s3://pictures/in", "s3://pictures/out", "--strips-above", "0.2MP", .. options]).Code);

        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        using var workers = Workers(3);
        for (var kill = 0; kill < Kills; kill++)
        {
            WaitFor(status => status.Done >= Pictures * (kill + random.NextDouble()) / (Kills + 1), clock, Patience);
            Thread.Sleep(random.Next(300));
            workers.Kill(random.Next(workers.Count));
        }

        var end = WaitFor(status => status.Done + status.Failures.Count > Pictures && status.AtWork == 0, clock, Patience);
        workers.Stop();

        TestContext.WriteLine($"{Pictures} pictures and one in strips, {Kills} kills, {clock.Elapsed.TotalSeconds:F0} s; {end.Doubled} worked on twice, {_store.Refused} puts refused");
        Assert.IsEmpty(end.Failures);
        CollectionAssert.AreEquivalent(expected, StoredIn("out"));
        Assert.IsLessThanOrEqualTo(Math.Max(1, Pictures / 20), end.Doubled);
    }

    [TestMethod]
    public void R1_AnOutputThatAnotherWorkerWroteMeanwhileStands()
    {
        Put("in", 0, 20, 30);
        Store("in");
        Run("submit", "s3://pictures/in", "s3://pictures/out");
        _store.Putting = (name, metadata) => _store.Put(name, [1, 2, 3], metadata);

        var (code, output, error) = Run("work", "--idle", "1");

        Assert.AreEqual(0, code, error);
        Assert.Contains("0 done, 1 found finished, 0 failed, 0 to be tried again", output);
        Assert.AreEqual(1, _store.Refused);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, _store.Objects["pictures/out/0_x4.png"]);
        Assert.StartsWith("waiting 0, at work 0, done 1, failed 0", Run("status").Output);
    }

    [TestMethod]
    public void R1_AnObjectThatAnotherProgramWroteMeanwhileStaysAndFailsThePicture()
    {
        Put("in", 0, 20, 30);
        Store("in");
        Run("submit", "s3://pictures/in", "s3://pictures/out");
        _store.Putting = (name, _) => _store.Put(name, [1, 2, 3]);

        var (code, output, error) = Run("work", "--idle", "1");

        Assert.AreEqual(3, code);
        Assert.Contains("exists and was not made by a farm", error);
        Assert.Contains("0 done, 0 found finished, 1 failed, 0 to be tried again", output);
        Assert.AreEqual(1, _store.Refused);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, _store.Objects["pictures/out/0_x4.png"]);
    }

    private void Store(string folder)
    {
        foreach (var file in Directory.GetFiles(Adaformer[folder]))
            _store.Put($"pictures/{folder}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
    }

    /// <summary>Name and SHA-256 of every object in a folder, also of those below.</summary>
    private Dictionary<string, string> StoredIn(string folder) => _store.Objects.Where(one => one.Key.StartsWith($"pictures/{folder}/", StringComparison.Ordinal))
        .ToDictionary(one => one.Key[$"pictures/{folder}/".Length..], one => Convert.ToHexString(SHA256.HashData(one.Value)));
}
