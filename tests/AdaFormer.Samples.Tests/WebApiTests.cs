using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>Asks the service over a socket, because the limit of an upload is the server's.</summary>
[TestClass]
public class WebApiTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly HttpClient Client = new();
    private static Process? s_service;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        // Port 0 takes a free one, which the log then names.
        s_service = SampleProcess.Start("WebApi", Folder.FullName, "--urls", "http://127.0.0.1:0");
        var log = "";
        while (Client.BaseAddress is null)
        {
            var line = s_service.StandardOutput.ReadLine() ?? throw new InvalidOperationException(log + s_service.StandardError.ReadToEnd());
            log += line + "\n";
            if (Regex.Match(line, @"Now listening on: (\S+)") is { Success: true } match)
                Client.BaseAddress = new Uri(match.Groups[1].Value);
        }

        _ = s_service.StandardOutput.ReadToEndAsync(); // a full pipe would stop the service
    }

    [ClassCleanup]
    public static void Stop()
    {
        s_service!.Kill();
        s_service.WaitForExit();
        s_service.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public async Task AnswersWithTheLargerPicture()
    {
        var small = File.ReadAllBytes(Path.Combine(TestData.Repository, "samples", "scene-small.png"));

        using var answer = await Client.PostAsync("api/upscale", new ByteArrayContent(small));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("image/png", answer.Content.Headers.ContentType!.MediaType);
        var large = new PictureReader().Read(await answer.Content.ReadAsStreamAsync());
        Assert.AreEqual((960, 640), (large.Width, large.Height));
        Pictures.AssertEqual(Pictures.Upscale(new PictureReader().Read(new MemoryStream(small))), large);
    }

    [TestMethod]
    public async Task RefusesWhatIsNoPicture() =>
        await AssertRefused("no picture"u8.ToArray(), HttpStatusCode.UnprocessableEntity, "is not a supported picture: it looks like text");

    [TestMethod]
    public async Task RefusesTooManyPixels()
    {
        using var file = new MemoryStream();
        PngFile.Save(new Picture(1025, 1024, PixelLayout.Gray), file);

        await AssertRefused(file.ToArray(), HttpStatusCode.UnprocessableEntity, "1048576");
    }

    [TestMethod]
    public async Task RefusesTooManyBytes() => await AssertRefused(new byte[8_000_001], HttpStatusCode.RequestEntityTooLarge, "8000000 bytes");

    [TestMethod]
    public async Task WhatElseTheApplicationDoesIsThereToo() => Assert.AreEqual("yes", await Client.GetStringAsync("ready"));

    private static async Task AssertRefused(byte[] upload, HttpStatusCode code, string why)
    {
        // The server says no before it has read everything; a client that goes on sending would see the connection cut.
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/upscale") { Content = new ByteArrayContent(upload), Headers = { ExpectContinue = true } };
        using var answer = await Client.SendAsync(request);

        Assert.AreEqual(code, answer.StatusCode);
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), why);
    }
}
