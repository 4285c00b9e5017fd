using System.Diagnostics;
using System.Diagnostics.Metrics;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.Tests;
using RabbitMQ.Client;

namespace AdaFormer.Farm.Tests;

/// <summary>A worker within this process.</summary>
[TestClass]
[RequiresBroker]
public sealed class FarmWorkerTests : FarmInProcessFixture
{
    private const string Settings = "those of this test";

    [TestMethod]
    public async Task SeveralAtOnceMakeWhatABatchMakes()
    {
        for (var index = 0; index < 7; index++)
            Put("in", index, 19 + index, 31);
        new BatchUpscaler(Models).Run(Plan("expected"));
        await SubmitAsync();

        var work = await Worker(UntilIdle with { Parallel = 3 }).RunAsync(Events());

        Assert.AreEqual(new FarmWork(7, 0, 0, 0, 0), work);
        CollectionAssert.AreEquivalent(Hashes("expected"), Hashes("out"));
        Assert.HasCount(7, Told.Where(one => one.Kind == FarmEventKind.Done).ToList());
        // A batch on the same folder takes them for its own.
        Assert.AreEqual((0, 7), (await Again().ContinueWith(task => task.Result.Done), new BatchUpscaler(Models).Run(Plan("out")).Skipped));

        Task<FarmWork> Again() => Worker(UntilIdle).RunAsync();
    }

    [TestMethod]
    public async Task WhatMayPassIsTriedAgainAndThenFails()
    {
        Put("in", 0, 9, 9);
        var options = Options with { MaximumDeliveries = 2 };
        await SubmitAsync(options);
        File.Delete(Adaformer["in/0.png"]);

        var work = await Worker(UntilIdle, options).RunAsync(Events());

        Assert.AreEqual(new FarmWork(0, 0, 1, 1, 0), work);
        var failure = (await StatusAsync()).Failures.Single();
        Assert.AreEqual(Adaformer["in/0.png"], failure.Input);
        Assert.Contains("There is no picture file", failure.Error);
    }

    [TestMethod]
    public async Task APictureWhoseWorkersDieIsTakenFromTheOthers()
    {
        Put("in", 0, 9, 9);
        await SubmitAsync(Options with { MaximumDeliveries = 3 });

        // A worker that dies is to the broker a connection that ends without a word.
        for (var death = 0; death < 3; death++)
        {
            await using var connection = await new ConnectionFactory { Uri = Options.Broker }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            BasicGetResult? message = null;
            for (var attempt = 0; message is null && attempt < 100; attempt++)
            {
                message = await channel.BasicGetAsync(Queue, autoAck: false);
                await Task.Delay(message is null ? 50 : 0);
            }

            Assert.IsNotNull(message, $"it was delivered {death} times only");
        }

        var status = await StatusAsync();
        for (var attempt = 0; status.Failures.Count == 0 && attempt < 100; attempt++, status = await StatusAsync())
            await Task.Delay(50);
        Assert.Contains("every worker that had it died", status.Failures.Single().Error);
        Assert.AreEqual((0, 0, 0), (status.Waiting, status.AtWork, status.Done));
        await using var client = await FarmClient.OpenAsync(Options);
        Assert.AreEqual(1, await client.RetryAsync());
        Assert.AreEqual(1, (await Worker(UntilIdle, Options with { MaximumDeliveries = 3 }).RunAsync()).Done);
        Assert.AreEqual((1, 0), ((await StatusAsync()).Done, (await StatusAsync()).Failures.Count));
    }

    [TestMethod]
    public async Task AWorkerWithAnotherModelGivesThePictureBackAndSaysSo()
    {
        Put("in", 0, 9, 9);
        await SubmitAsync();
        using var others = UpscalingModel.LoadByName("tiny-x2");

        var worker = new FarmWorker(Options, _ => new BatchUpscaler(others));

        Assert.Contains("same models", (await Assert.ThrowsExactlyAsync<FarmSettingsException>(() => worker.RunAsync())).Message);
        Assert.AreEqual((1, 0, 0), ((await StatusAsync()).Waiting, (await StatusAsync()).AtWork, (await StatusAsync()).Done));
    }

    [TestMethod]
    public async Task APictureUnderWayWhenTheConnectionIsLostIsDoneOnce()
    {
        Put("in", 0, 400, 400);
        await SubmitAsync();

        var working = Worker(UntilIdle).RunAsync(Events());
        while (Directory.GetFiles(Adaformer.Root, "*.adaformer-tmp", SearchOption.AllDirectories).Length == 0)
            await Task.Delay(20);
        Shared.Restart();
        var work = await working.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.AreEqual((1, 0), (work.Done, work.Failed));
        Assert.Contains(FarmEventKind.Disconnected, Told.Select(one => one.Kind));
        var status = await StatusAsync();
        Assert.AreEqual((0, 0, 1, 0), (status.Waiting, status.AtWork, status.Done, status.Doubled));
    }

    [TestMethod]
    public async Task OfTwoCopiesOfAMessageOneIsWorkedOn()
    {
        Put("in", 0, 400, 400);
        await SubmitAsync();
        await using (var connection = await new ConnectionFactory { Uri = Options.Broker }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            var message = (await channel.BasicGetAsync(Queue, autoAck: false))!;
            for (var copy = 0; copy < 2; copy++)
                await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { MessageId = message.BasicProperties.MessageId, Persistent = true }, message.Body);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        }

        var work = await Worker(UntilIdle with { Parallel = 2 }).RunAsync();

        Assert.AreEqual(new FarmWork(1, 0, 0, 0, 0), work);
        var status = await StatusAsync();
        Assert.AreEqual((0, 0, 1, 0), (status.Waiting, status.AtWork, status.Done, status.Doubled));
    }

    [TestMethod]
    public async Task MetricsAndTracesHaveTheConventionsNames()
    {
        Put("in", 0, 10, 20);
        var (spans, measured) = (new List<Activity>(), new Dictionary<string, double>());
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AdaFormer.Farm",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(activities);
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "AdaFormer.Farm") listener.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        meters.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        meters.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        meters.Start();

        await SubmitAsync();
        await Worker(UntilIdle).RunAsync();

        var send = spans.Single(span => span.Kind == ActivityKind.Producer);
        var process = spans.Single(span => span.Kind == ActivityKind.Consumer);
        Assert.AreEqual(($"send {Queue}", $"process {Queue}"), (send.DisplayName, process.DisplayName));
        Assert.AreEqual((send.TraceId, send.SpanId), (process.TraceId, process.ParentSpanId));
        Assert.AreEqual(("rabbitmq", Queue), (process.GetTagItem("messaging.system"), process.GetTagItem("messaging.destination.name")));
        Assert.AreEqual(
            (1.0, 1.0, 40.0 * 80, 0.0),
            (measured["messaging.client.sent.messages"], measured["messaging.client.consumed.messages"], measured["adaformer.farm.output_pixels"], measured["adaformer.farm.active_pictures"]));
        Assert.IsGreaterThan(0, measured["messaging.process.duration"]);

        void Add(string name, double value)
        {
            lock (measured)
                measured[name] = measured.GetValueOrDefault(name) + value;
        }
    }

    private Collector<FarmEvent> Events() => new(Told);

    private FarmWorker Worker(FarmWorkerOptions worker, FarmOptions? options = null) => new(options ?? Options, settings =>
    {
        Assert.AreEqual(Settings, settings);
        return new BatchUpscaler(Models);
    }, worker);

    private async Task SubmitAsync(FarmOptions? options = null)
    {
        await using var client = await FarmClient.OpenAsync(options ?? Options);
        await client.SubmitAsync(Plan("out"), new BatchUpscaler(Models), Settings);
    }
}
