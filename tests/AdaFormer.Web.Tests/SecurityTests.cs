using System.Net;
using System.Text.RegularExpressions;
using AdaFormer.Web;

namespace AdaFormer.Tests;

/// <summary>Nobody but the page, and nothing from elsewhere.</summary>
[TestClass]
public class SecurityTests
{
    private static TestService s_service = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context) => s_service = await TestService.StartAsync(new UpscaleServiceOptions { Hosts = ["studio.lan"] });

    [ClassCleanup]
    public static async Task Stop() => await s_service.DisposeAsync();

    [TestMethod]
    [DataRow("evil.example", "", HttpStatusCode.MisdirectedRequest)]
    [DataRow("localhost.evil.example", "", HttpStatusCode.MisdirectedRequest)]
    [DataRow("evil.example", "api/service", HttpStatusCode.MisdirectedRequest)]
    [DataRow("localhost", "api/service", HttpStatusCode.OK)]
    [DataRow("studio.lan:80", "api/service", HttpStatusCode.OK)]
    [DataRow("[::1]", "", HttpStatusCode.OK)]
    public async Task ANameThatLeadsHereIsNotEnough(string host, string address, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = host } };
        using var answer = await s_service.Client.SendAsync(request);

        Assert.AreEqual(expected, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("Origin", "http://evil.example")]
    [DataRow("Origin", "null")]
    [DataRow("Origin", "http://127.0.0.1:1")]
    [DataRow("Sec-Fetch-Site", "cross-site")]
    [DataRow("Sec-Fetch-Site", "same-site")]
    public async Task APageElsewhereCannotUseIt(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/upscale") { Content = new ByteArrayContent([1]) };
        request.Headers.Add(header, value);
        using var answer = await s_service.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.IsFalse(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [TestMethod]
    public async Task ThePagesOwnOriginIsAllowed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/service");
        request.Headers.Add("Origin", s_service.Server.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await s_service.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [TestMethod]
    public async Task ThePageLoadsNothingFromElsewhere()
    {
        using var answer = await s_service.Client.GetAsync("");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        foreach (var file in Directory.GetFiles(Path.Combine(TestData.Repository, "src", "AdaFormer.Web", "Page")))
        {
            var addresses = Regex.Matches(File.ReadAllText(file), @"https?://[^\s""'<]+").Select(match => match.Value).Except(["http://www.w3.org/2000/svg"]);
            Assert.IsEmpty(addresses, file);
        }
    }

    [TestMethod]
    public void ByDefaultOnlyThisMachineReachesIt() => Assert.IsTrue(IPAddress.IsLoopback(IPAddress.Parse(s_service.Server.Address.Host)));
}
