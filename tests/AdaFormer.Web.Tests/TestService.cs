using System.Net.ServerSentEvents;
using System.Text.Json;
using AdaFormer.Web;

namespace AdaFormer.Tests;

/// <summary>A service of a test's own, and a client of it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(UpscaleServer server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public UpscaleServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(UpscaleServiceOptions? options = null) => new(await UpscaleServer.StartAsync(options));

    /// <summary>Sends a picture.</summary>
    public Task<HttpResponseMessage> PostAsync(string address, byte[] picture, CancellationToken cancellationToken = default)
    {
        // A refusal may come before everything was sent; whoever goes on sending would see the connection cut.
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(picture) };
        request.Headers.ExpectContinue = true;
        return Client.SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a picture, and gives each event.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data)> EventsAsync(string query, byte[] picture, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/upscale?{query}") { Content = new ByteArrayContent(picture) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.AreEqual("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return (item.EventType, JsonDocument.Parse(item.Data).RootElement);
    }

    /// <summary>Waits until no files are left but those of results that are kept.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        for (var attempt = 0; Server.Service.Workspace.Count > Server.Service.Results.Count; attempt++)
        {
            Assert.IsLessThan(200, attempt, $"{Server.Service.Workspace.Count} folders are left, of {Server.Service.Results.Count} results.");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
