using System.Net;
using System.Net.Sockets;
using System.Text;
using AdaFormer.Web;

namespace AdaFormer.Tests;

/// <summary>Many clients, slow ones, and those that leave.</summary>
[TestClass]
public class LoadTests
{
    private static readonly byte[] Small = File.ReadAllBytes(TestData.Fixture("pictures", "odd.png"));
    private static readonly byte[] Large = File.ReadAllBytes(Path.Combine(TestData.Repository, "samples", "scene.png"));

    [TestMethod]
    public async Task OfFiftyAtOnceAsManyAsThereIsRoomForAreServedAndTheOthersToldToWait()
    {
        await using var service = await TestService.StartAsync(new UpscaleServiceOptions { AtWork = 2, Waiting = 4 });
        var expected = await (await service.PostAsync("api/upscale", Small)).Content.ReadAsByteArrayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.PostAsync("api/upscale", Small)));

        var served = answers.Where(answer => answer.StatusCode == HttpStatusCode.OK).ToArray();
        Assert.IsGreaterThanOrEqualTo(6, served.Length);
        foreach (var answer in served)
            CollectionAssert.AreEqual(expected, await answer.Content.ReadAsByteArrayAsync());
        var refused = answers.Except(served).ToArray();
        Assert.IsNotEmpty(refused);
        foreach (var answer in refused)
        {
            Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Contains("2 at work and 4 waiting", await answer.Content.ReadAsStringAsync());
            Assert.IsNotNull(answer.Headers.RetryAfter);
        }

        await service.AssertNothingIsLeftAsync();
        Assert.AreEqual(HttpStatusCode.OK, (await service.PostAsync("api/upscale", Small)).StatusCode);
    }

    [TestMethod]
    public async Task WhoWaitsIsToldHowManyAreAhead()
    {
        await using var service = await TestService.StartAsync();
        using var stop = new CancellationTokenSource();
        var first = service.EventsAsync("", Large, stop.Token).GetAsyncEnumerator();
        await first.MoveNextAsync();

        var waiting = service.EventsAsync("", Small).GetAsyncEnumerator();
        await waiting.MoveNextAsync();

        Assert.AreEqual("waiting", waiting.Current.Name);
        Assert.AreEqual(0, waiting.Current.Data.GetProperty("ahead").GetInt32());
        await stop.CancelAsync();
        while (await waiting.MoveNextAsync() && waiting.Current.Name != "done")
            Assert.AreEqual("progress", waiting.Current.Name);
        Assert.AreEqual("done", waiting.Current.Name);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task R6_AClientThatLeavesEndsItsWorkAndItsFiles(bool events)
    {
        await using var service = await TestService.StartAsync();
        using var stop = new CancellationTokenSource();
        if (events)
        {
            await foreach (var (name, _) in service.EventsAsync("haltingThreshold=1e9", Large, stop.Token))
            {
                if (name == "progress")
                    break;
            }
        }
        else
        {
            stop.CancelAfter(300);
            await Assert.ThrowsAsync<OperationCanceledException>(() => service.PostAsync("api/upscale?haltingThreshold=1e9", Large, stop.Token));
        }

        await service.AssertNothingIsLeftAsync();
        Assert.AreEqual(HttpStatusCode.OK, (await service.PostAsync("api/upscale", Small)).StatusCode);
    }

    [TestMethod]
    public async Task ASlowClientHoldsUpNobody()
    {
        await using var service = await TestService.StartAsync(new UpscaleServiceOptions { Waiting = 1 });
        using (var slow = await ConnectAsync(service, "POST /api/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nand then nothing"))
        {
            while (service.Server.Service.Workspace.Count == 0)
                await Task.Delay(10);

            using var answer = await service.PostAsync("api/upscale", Small);

            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        }

        await service.AssertNothingIsLeftAsync();
    }

    [TestMethod]
    public async Task AResultThatNobodyFetchesIsDeletedInTime()
    {
        await using var service = await TestService.StartAsync(new UpscaleServiceOptions { KeepResults = TimeSpan.Zero });

        await service.EventsAsync("", Small).ToListAsync();
        await service.EventsAsync("", Small).ToListAsync();

        Assert.IsLessThanOrEqualTo(1, service.Server.Service.Workspace.Count, "The next result sweeps.");
    }

    [TestMethod]
    public async Task TheEndOfTheServiceDeletesAllAndItsStartWhatAKilledOneLeft()
    {
        var abandoned = Directory.CreateTempSubdirectory("adaformer-serve-").FullName;
        File.WriteAllText(Path.Combine(abandoned, "lock"), "");
        string folder;
        await using (var service = await TestService.StartAsync())
        {
            folder = service.Server.Service.Workspace.FullName;
            Assert.IsFalse(Directory.Exists(abandoned));
            await service.EventsAsync("", Small).ToListAsync();
            Assert.AreEqual(1, service.Server.Service.Workspace.Count);
            await using var other = await TestService.StartAsync();
            Assert.IsTrue(Directory.Exists(folder), "Another service leaves it alone.");
        }

        Assert.IsFalse(Directory.Exists(folder));
    }

    private static async Task<TcpClient> ConnectAsync(TestService service, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Server.Address.Host, service.Server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        return client;
    }
}
