using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using AdaFormer.Imaging;
using AdaFormer.Web;

namespace AdaFormer.Tests;

/// <summary>The interface, over a socket.</summary>
[TestClass]
public class UpscaleApiTests
{
    private static readonly string Odd = TestData.Fixture("pictures", "odd.png");
    private static TestService s_service = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context) => s_service = await TestService.StartAsync(new UpscaleServiceOptions { MaximumBytes = 1_000_000, MaximumPixels = 1 << 20 });

    [ClassCleanup]
    public static async Task Stop() => await s_service.DisposeAsync();

    [TestMethod]
    [DataRow("", "png")]
    [DataRow("scale=2.5&format=jpg&quality=80", "jpg", "--scale", "2.5", "--quality", "80")]
    [DataRow("width=333&haltingThreshold=0.3", "png", "--width", "333", "-t", "0.3")]
    [DataRow("model=tiny-x2&format=webp&lossless=true", "webp", "--model", "tiny-x2", "--lossless")]
    [DataRow("size=100x90&format=tif", "tif", "--size", "100x90")]
    [DataRow("model=tiny-x2&refine=photo-x2&share=0.4", "png", "--model", "tiny-x2", "--refine", "photo-x2", "--share", "40%")]
    public async Task AnswersWithTheCommandsBytes(string query, string extension, params string[] options)
    {
        using var answer = await s_service.PostAsync($"api/upscale?{query}", File.ReadAllBytes(Odd));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        CollectionAssert.AreEqual(Command.Upscale(Odd, extension, options), await answer.Content.ReadAsByteArrayAsync());
    }

    [TestMethod]
    public async Task TellsProgressAndKeepsTheResultUntilItIsDeleted()
    {
        var events = await s_service.EventsAsync("haltingMap=true&name=a%2Fb%2Fodd.png", File.ReadAllBytes(Odd)).ToListAsync();

        CollectionAssert.AreEqual(new[] { "progress", "progress", "done" }, events.Where(item => item.Name != "waiting").Select(item => item.Name).ToArray());
        var done = events[^1].Data;
        Assert.AreEqual("odd_x4.png", done.GetProperty("fileName").GetString());
        var result = $"api/results/{done.GetProperty("id").GetString()}";
        CollectionAssert.AreEqual(Command.Upscale(Odd, "png"), await s_service.Client.GetByteArrayAsync(result));
        var map = new PictureReader().Read(await s_service.Client.GetStreamAsync($"{result}/map"));
        Assert.AreEqual((done.GetProperty("inputWidth").GetInt32(), done.GetProperty("inputHeight").GetInt32()), (map.Width, map.Height));

        using var deleted = await s_service.Client.DeleteAsync(result);
        using var gone = await s_service.Client.GetAsync(result);

        Assert.AreEqual(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.AreEqual(HttpStatusCode.NotFound, gone.StatusCode);
        await s_service.AssertNothingIsLeftAsync();
    }

    [TestMethod]
    public async Task AllFramesOfAnAnimationComeBack()
    {
        var events = await s_service.EventsAsync("format=gif&haltingMap=true", File.ReadAllBytes(TestData.Fixture("formats", "animation-disposals.gif"))).ToListAsync();

        var done = events[^1].Data;
        Assert.IsGreaterThan(1, done.GetProperty("pictures").GetInt32());
        Assert.IsFalse(done.GetProperty("hasMap").GetBoolean(), "A map would leave the other frames out.");
    }

    [TestMethod]
    public async Task AResultThatABrowserCannotShowHasAViewOfTheSamePixels()
    {
        var events = await s_service.EventsAsync("format=tif", File.ReadAllBytes(Odd)).ToListAsync();

        var view = await s_service.Client.GetStreamAsync($"api/results/{events[^1].Data.GetProperty("id").GetString()}/view");

        Pictures.AssertEqual(new PictureReader().Read(new MemoryStream(Command.Upscale(Odd, "png"))), new PictureReader().Read(view));
    }

    [TestMethod]
    public async Task AFailureOfTheWorkIsAnEventWithProblemDetails()
    {
        var events = await s_service.EventsAsync("", File.ReadAllBytes(Odd)[..200]).ToListAsync();

        Assert.AreEqual("failed", events[^1].Name);
        Assert.AreEqual(422, events[^1].Data.GetProperty("status").GetInt32());
        Assert.DoesNotContain(Path.GetTempPath(), events[^1].Data.GetProperty("detail").GetString()!, "Nobody is told where files lie.");
    }

    [TestMethod]
    [DataRow("api/upscale?scale=much", 400, "much")]
    [DataRow("api/upscale?scale=2,5", 400, "2,5")]
    [DataRow("api/upscale?haltingThreshold=1,000", 400, "1,000")]
    [DataRow("api/upscale?scale=-1", 400, "above 0")]
    [DataRow("api/upscale?scale=NaN", 400, "above 0")]
    [DataRow("api/upscale?scale=2&width=100", 400, "give one of them")]
    [DataRow("api/upscale?size=10", 400, "1920x1080")]
    [DataRow("api/upscale?format=exe", 400, "png")]
    [DataRow("api/upscale?quality=101", 400, "1 to 100")]
    [DataRow("api/upscale?haltingThreshold=NaN", 400, "0.5")]
    [DataRow("api/upscale?tile=3", 400, "tile size of 3")]
    [DataRow("api/upscale?format=jpg&width=65536", 422, "more than the limit")]
    [DataRow("api/upscale?salvage=perhaps", 400, "perhaps")]
    [DataRow("api/upscale?refine=nobody", 400, "There is no model 'nobody'")]
    [DataRow("api/upscale?model=tiny-x2&refine=photo-x4", 400, "4 times larger")]
    [DataRow("api/upscale?refine=photo-x4&share=1.5", 400, "0 to 1")]
    [DataRow("api/upscale?refine=photo-x4&share=NaN", 400, "0 to 1")]
    [DataRow("api/upscale?share=0.5", 400, "give refine too")]
    [DataRow("api/nothing", 404, "Not Found")]
    public async Task WhatIsNotValidIsAProblem(string address, int status, string says)
    {
        using var answer = await s_service.PostAsync(address, File.ReadAllBytes(Odd));

        await AssertProblemAsync(answer, status, says);
    }

    [TestMethod]
    public async Task NoPathOfARequestReachesTheDisk()
    {
        var model = Path.Combine(TestData.Repository, "models", "tiny-x2", "tiny-x2.onnx");
        Assert.IsTrue(File.Exists(model));

        using var named = await s_service.PostAsync($"api/upscale?model={Uri.EscapeDataString(model)}", File.ReadAllBytes(Odd));
        using var missing = await s_service.PostAsync($"api/upscale?model={Uri.EscapeDataString("../../etc/passwd")}", File.ReadAllBytes(Odd));
        using var answered = await s_service.PostAsync($"api/upscale?name={Uri.EscapeDataString("..\\../../etc/cron.d/x\r\n.png")}&scale=1", File.ReadAllBytes(Odd));

        await AssertProblemAsync(named, 400, "There is no model");
        await AssertProblemAsync(missing, 400, "There is no model");
        Assert.AreEqual("x_x1.png", answered.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [TestMethod]
    public async Task R3_AClaimOf50000By50000_IsRefusedFromItsHeader()
    {
        var claim = File.ReadAllBytes(Odd);
        BinaryPrimitives.WriteInt32BigEndian(claim.AsSpan(16), 50_000);
        BinaryPrimitives.WriteInt32BigEndian(claim.AsSpan(20), 50_000);
        BinaryPrimitives.WriteUInt32BigEndian(claim.AsSpan(29), Crc(claim[12..29]));

        using var answer = await s_service.PostAsync("api/upscale", claim);

        await AssertProblemAsync(answer, 422, "50000");
    }

    [TestMethod]
    public async Task RefusesWhatIsTooLargeEmptyOrNoFile()
    {
        using var large = await s_service.PostAsync("api/upscale", new byte[1_000_001]);
        using var empty = await s_service.PostAsync("api/upscale", []);
        using var form = await s_service.Client.PostAsync("api/upscale", new MultipartFormDataContent { { new ByteArrayContent(File.ReadAllBytes(Odd)), "file", "odd.png" } });

        await AssertProblemAsync(large, 413, "1000000 bytes");
        await AssertProblemAsync(empty, 400, "empty");
        await AssertProblemAsync(form, 415, "--data-binary");
        await s_service.AssertNothingIsLeftAsync();
    }

    [TestMethod]
    public async Task EveryHostileFileIsRefusedOrAPicture()
    {
        foreach (var file in Directory.GetFiles(TestData.Fixture("hostile"), "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length is > 0 and < 1_000_000))
        {
            using var answer = await s_service.PostAsync("api/upscale?scale=1", File.ReadAllBytes(file));
            Assert.IsTrue(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{file}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        await s_service.AssertNothingIsLeftAsync();
    }

    [TestMethod]
    public async Task PreviewsWhatBrowsersCannotShow()
    {
        var tiff = Command.Upscale(Odd, "tif", "--scale", "1");

        using var answer = await s_service.PostAsync("api/preview", tiff);
        using var refused = await s_service.PostAsync("api/preview", "no picture"u8.ToArray());

        var picture = new PictureReader().Read(await answer.Content.ReadAsStreamAsync());
        Pictures.AssertEqual(new PictureReader().Read(Odd), picture);
        Assert.AreEqual($"{picture.Width}", answer.Headers.GetValues("Picture-Width").Single());
        Assert.AreEqual($"{picture.Height}", answer.Headers.GetValues("Picture-Height").Single());
        await AssertProblemAsync(refused, 422, "looks like text");
    }

    [TestMethod]
    public async Task EstimatesEachThresholdFromFastToBest()
    {
        var estimate = JsonDocument.Parse(await s_service.Client.GetStringAsync("api/estimate?inputWidth=480&inputHeight=320&scale=2.5")).RootElement;
        var twice = JsonDocument.Parse(await s_service.Client.GetStringAsync("api/estimate?inputWidth=960&inputHeight=320&scale=2.5")).RootElement;

        Assert.AreEqual((1200, 800), (estimate.GetProperty("width").GetInt32(), estimate.GetProperty("height").GetInt32()));
        var stops = estimate.GetProperty("stops").EnumerateArray().ToArray();
        var shares = stops.Select(stop => stop.GetProperty("haltedShare").GetDouble()).ToArray();
        CollectionAssert.AreEqual(shares.OrderDescending().ToArray(), shares);
        Assert.HasCount(5, stops);
        Assert.AreEqual(0, shares[^1]);
        Assert.AreEqual(2 * stops[0].GetProperty("seconds").GetDouble(), twice.GetProperty("stops")[0].GetProperty("seconds").GetDouble(), 1e-6);
    }

    [TestMethod]
    public async Task EstimatesASecondModelAndTellsWhatItRefined()
    {
        const string Question = "api/estimate?inputWidth=480&inputHeight=320&refine=photo-x4";
        var estimate = JsonDocument.Parse(await s_service.Client.GetStringAsync(Question)).RootElement;
        var twice = JsonDocument.Parse(await s_service.Client.GetStringAsync($"{Question}&scale=8")).RootElement;
        var other = JsonDocument.Parse(await s_service.Client.GetStringAsync($"{Question}&scale=2")).RootElement;

        Assert.IsGreaterThan(0, estimate.GetProperty("refineSeconds").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, other.GetProperty("refineSeconds").ValueKind, "The model for twice the size has another scale.");
        Assert.AreEqual(JsonValueKind.Null, twice.GetProperty("refineSeconds").ValueKind, "So has the first one for eight times.");

        var events = await s_service.EventsAsync("refine=photo-x4&share=0.5&haltingMap=true", File.ReadAllBytes(Odd)).ToListAsync();
        using var plain = await s_service.PostAsync("api/upscale?refine=photo-x4&share=0.5", File.ReadAllBytes(Odd));

        var refined = events[^1].Data.GetProperty("refined");
        Assert.AreEqual(0.5, refined.GetProperty("share").GetDouble(), 0.2);
        Assert.IsGreaterThan(0, refined.GetProperty("secondSeconds").GetDouble());
        Assert.AreEqual(refined.GetProperty("share").GetDouble(), double.Parse(plain.Headers.GetValues("AdaFormer-Refined-Share").Single(), System.Globalization.CultureInfo.InvariantCulture), 1e-4);
    }

    [TestMethod]
    public async Task TheDescriptionHasEveryOption()
    {
        var description = JsonDocument.Parse(await s_service.Client.GetStringAsync("api/openapi.json")).RootElement;

        var upscale = description.GetProperty("paths").GetProperty("/api/upscale").GetProperty("post");
        var described = upscale.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!).ToArray();
        var options = typeof(Web.Requests.UpscaleQuery).GetProperties().Where(property => property.Name != "EqualityContract").Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToArray();
        CollectionAssert.AreEquivalent(options, described);
        Assert.IsTrue(upscale.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/octet-stream", out _));
        foreach (var status in new[] { "400", "413", "415", "422", "429", "503" })
            Assert.IsTrue(upscale.GetProperty("responses").TryGetProperty(status, out _), status);
    }

    private static uint Crc(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, (crc, next) =>
    {
        crc ^= next;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    });

    private static async Task AssertProblemAsync(HttpResponseMessage answer, int status, string says)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)answer.StatusCode, text);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.AreEqual(status, JsonDocument.Parse(text).RootElement.GetProperty("status").GetInt32());
        Assert.Contains(says, text.Replace("\\u0027", "'"));
    }
}
