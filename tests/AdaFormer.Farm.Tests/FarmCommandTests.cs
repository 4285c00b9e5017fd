using System.Diagnostics;
using AdaFormer.Tests;
using RabbitMQ.Client;

namespace AdaFormer.Farm.Tests;

/// <summary>The commands as users run them.</summary>
[TestClass]
[RequiresBroker]
public sealed class FarmCommandTests : FarmFixture
{
    [TestMethod]
    public void WorkersMakeWhatABatchMakesAndABadPictureFailsAlone()
    {
        for (var index = 0; index < 5; index++)
            Put("in", index, 17 + (13 * index), 79 - (11 * index));
        var expected = Expected("in", "expected");
        File.WriteAllBytes(Adaformer["in/bad.png"], [0x89, .. "PNG\r\n\x1a\nnothing"u8]);

        Assert.AreEqual((0, "6 put into the queue, 0 there already, 0 finished, of 6\n", ""), Run("submit", "in", "out"));
        Assert.AreEqual((0, "0 put into the queue, 6 there already, 0 finished, of 6\n", ""), Run("submit", "in", "out"));
        Assert.StartsWith("waiting 6, at work 0, done 0, failed 0; 0 workers", Run("status").Output);
        var (code, output, error) = Run("work", "--idle", "1", "--threads", "1");

        Assert.AreEqual(3, code, error);
        Assert.Contains("5 done, 0 found finished, 1 failed, 0 to be tried again, 0 given back", output);
        CollectionAssert.AreEquivalent(expected, Hashes("out"));
        var status = Run("status", "--failed").Output;
        Assert.StartsWith("waiting 0, at work 0, done 5, failed 1; 0 workers", status);
        Assert.Contains($"{Adaformer["in/bad.png"]}: ", status);
        Assert.Contains("The PNG is damaged", status);
        Assert.AreEqual((0, "0 put into the queue, 1 there already, 5 finished, of 6\n", ""), Run("submit", "in", "out"));

        // Mended, and tried again.
        Put("in", 5, 20, 20);
        File.Move(Adaformer["in/5.png"], Adaformer["in/bad.png"], overwrite: true);
        Assert.AreEqual("1 picture put into the queue again\n", Run("retry").Output);
        Assert.AreEqual(0, Run("work", "--idle", "1").Code);
        Assert.StartsWith("waiting 0, at work 0, done 6, failed 0; 0 workers", Run("status").Output);
        Assert.IsTrue(File.Exists(Adaformer["out/bad_x4.png"]));
    }

    [TestMethod]
    public void OptionsTravelToTheWorker()
    {
        Put("in", 0, 30, 20);
        Run("submit", "in", "out", "--scale", "2.5", "--format", "jpg", "--quality", "60", "--name", "{name}-{size}");
        Run("work", "--idle", "1");
        Adaformer.Run("batch", "in", "expected", "--scale", "2.5", "--format", "jpg", "--quality", "60", "--name", "{name}-{size}");

        CollectionAssert.AreEqual(File.ReadAllBytes(Adaformer["expected/0-x2.5.jpg"]), File.ReadAllBytes(Adaformer["out/0-x2.5.jpg"]));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task SubmitKilledAndRunAgainLosesAndDoublesNothing()
    {
        const int Pictures = 3000;
        Put("in", 0, 1, 1);
        for (var index = 1; index < Pictures; index++)
            File.Copy(Adaformer["in/0.png"], Adaformer[$"in/{index}.png"]);
        var waiting = 0u;
        using (var submit = Adaformer.Start(Farm("submit", "in", "out")))
        {
            // Killed as soon as some, but not all, are there.
            var clock = Stopwatch.StartNew();
            while (waiting == 0 && !submit.HasExited && clock.Elapsed < TimeSpan.FromSeconds(30))
                waiting = await WaitingAsync();
            submit.Kill();
            submit.WaitForExit();
        }

        var (there, again) = (await WaitingAsync(), Run("submit", "in", "out"));

        Assert.IsTrue(there is > 0 and < Pictures, $"killed at {there}");
        Assert.AreEqual($"{Pictures - there} put into the queue, {there} there already, 0 finished, of {Pictures}\n", again.Output, again.Error);
        Assert.AreEqual((uint)Pictures, await WaitingAsync());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void ToldToStopAWorkerFinishesItsPictureOrGivesItBack()
    {
        Put("in", 0, 700, 700);
        Run("submit", "in", "out");

        Assert.Contains("0 done, 0 found finished, 0 failed, 0 to be tried again, 1 given back", StopAtWork("--grace", "0"));
        Assert.StartsWith("waiting 1, at work 0, done 0, failed 0", Run("status").Output);
        Assert.IsEmpty(Directory.CreateDirectory(Adaformer["out"]).GetFiles());
        Assert.Contains("1 done, 0 found finished", StopAtWork("--grace", "60"));
        Assert.StartsWith("waiting 0, at work 0, done 1, failed 0", Run("status").Output);
    }

    [TestMethod]
    public void R12_AMessageDoesNotMakeAWorkerTrustAModel()
    {
        Put("in", 0, 9, 9);
        Assert.AreEqual(0, Run("submit", "in", "out", "--model", TestData.Fixture("models", "random-x1.onnx"), "--trust").Code);

        var (code, _, error) = Run("work", "--idle", "1");

        Assert.AreEqual(1, code);
        Assert.Contains("RandomNormalLike", error);
        Assert.Contains("--trust", error);
        Assert.StartsWith("waiting 1, at work 0, done 0, failed 0", Run("status").Output);
        Assert.Contains("1 done", Run("work", "--idle", "1", "--trust").Output);
    }

    [TestMethod]
    public void WhatIsWrongIsSaid()
    {
        Put("in", 0, 9, 9);
        Assert.Contains("has no queue", Run("status").Error);
        Run("submit", "in", "out");
        Assert.Contains("exists with other settings", Run("submit", "in", "out", "--deliveries", "7").Error);
        Assert.Contains("Is RabbitMQ running there", Adaformer.Run("farm", "status", "--broker", "amqp://127.0.0.1:1").Error);
        Assert.Contains("expected an address such as amqp://", Adaformer.Run("farm", "status", "--broker", "localhost").Error);
        Assert.AreEqual(2, Adaformer.Run("farm", "submit", "in").Code);
    }

    private string StopAtWork(params string[] arguments)
    {
        using var work = Adaformer.Start(Farm("work", [.. arguments, "--threads", "1"]));
        var output = work.StandardOutput.ReadToEndAsync();
        var error = work.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!Run("status").Output.StartsWith("waiting 0, at work 1", StringComparison.Ordinal))
            Assert.IsTrue(clock.Elapsed < TimeSpan.FromSeconds(30), "it does not take the picture");
        Assert.AreEqual(0, Signal(work.Id, SigTerm));
        Assert.IsTrue(work.WaitForExit(TimeSpan.FromMinutes(2)), "it does not stop");
        return output.Result + error.Result;
    }

    private async Task<uint> WaitingAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = Options.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(Queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }
}
