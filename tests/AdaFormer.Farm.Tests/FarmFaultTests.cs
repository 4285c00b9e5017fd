using System.Diagnostics;

namespace AdaFormer.Farm.Tests;

/// <summary>Workers that are killed, and a broker that is.</summary>
[TestClass]
[RequiresBroker]
public sealed class FarmFaultTests : FarmFixture
{
    // The size by hand: ADAFORMER_FARM_PICTURES=300 ADAFORMER_FARM_KILLS=10 dotnet test --project tests/AdaFormer.Farm.Tests --filter R1_
    private static readonly int Pictures = Number("ADAFORMER_FARM_PICTURES", 24);
    private static readonly int Kills = Number("ADAFORMER_FARM_KILLS", 4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60 + (3 * Pictures));

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R1_WorkersAndBrokerKilledAtAnyMomentEveryOutputIsThereWholeAndOnce()
    {
        for (var index = 0; index < Pictures; index++)
            Put("in", index, 60 + (index % 12 * 9), 131 - (index % 10 * 7));
        var expected = Expected("in", "expected");
        var (code, _, error) = Run("submit", "in", "out");
        Assert.AreEqual(0, code, error);

        var random = new Random(1);
        using var workers = Workers(3);
        var clock = Stopwatch.StartNew();
        for (var kill = 0; kill < Kills; kill++)
        {
            // Spread over the whole of the work.
            WaitFor(status => status.Done >= Pictures * (kill + random.NextDouble()) / (Kills + 1), clock, Patience);
            Thread.Sleep(random.Next(300));
            workers.Kill(random.Next(workers.Count));
            if (kill == Kills / 2)
                Shared.Restart();
        }

        var end = WaitFor(status => status.Done + status.Failures.Count >= Pictures && status.AtWork == 0, clock, Patience);
        workers.Stop();

        TestContext.WriteLine($"{Pictures} pictures, {Kills} kills, one restart of the broker, {clock.Elapsed.TotalSeconds:F0} s; {end.Doubled} worked on twice");
        Assert.IsEmpty(end.Failures);
        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        Assert.IsEmpty(Directory.GetFiles(Adaformer["out"], "*.adaformer-tmp"));
        // The restart takes every worker's picture from it, whatever the number of pictures is.
        Assert.IsLessThanOrEqualTo(Math.Max(workers.Count, Pictures / 20), end.Doubled);
    }
}
