using AdaFormer.Web;
using Microsoft.Playwright;

namespace AdaFormer.Tests;

/// <summary>A page in Chromium, of a service of its own.</summary>
public abstract class BrowserTests
{
    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;
    private static UpscaleServer? s_server;
    private readonly List<string> _complaints = [];
    private string? _expected;
    private IBrowserContext? _context;

    private protected virtual (int Width, int Height) Window => (1280, 800);

    private protected virtual ColorScheme Scheme => ColorScheme.Light;

    private protected IPage Page { get; private set; } = null!;

    private protected static string Scene { get; } = System.IO.Path.Combine(TestData.Repository, "samples", "scene.png");

    private protected static string SmallScene { get; } = System.IO.Path.Combine(TestData.Repository, "samples", "scene-small.png");

    [ClassInitialize(InheritanceBehavior.BeforeEachDerivedClass)]
    public static async Task Start(TestContext context)
    {
        Assertions.SetDefaultExpectTimeout(30_000);
        s_playwright = await Playwright.CreateAsync();
        s_browser = await Chromium.StartAsync(s_playwright);
        s_server = await UpscaleServer.StartAsync();
    }

    [ClassCleanup(InheritanceBehavior.BeforeEachDerivedClass)]
    public static async Task Stop()
    {
        if (s_browser is not null)
            await s_browser.DisposeAsync();
        s_playwright?.Dispose();
        if (s_server is not null)
            await s_server.DisposeAsync();
    }

    [TestInitialize]
    public async Task Open()
    {
        _context = await s_browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = s_server!.Address.ToString(),
            ViewportSize = new ViewportSize { Width = Window.Width, Height = Window.Height },
            ColorScheme = Scheme,
            HasTouch = Window.Width < 600,
            DeviceScaleFactor = 1,
        });
        Page = await _context.NewPageAsync();
        Page.SetDefaultTimeout(20_000);
        // Whatever the page cannot load or forbids itself is said in the console.
        Page.Console += (_, message) => Complain(message.Type is "error" or "warning" ? message.Text : null);
        Page.PageError += (_, error) => Complain(error);
        await Page.GotoAsync("/");
        await Page.Locator("body[data-ready]").WaitForAsync();
    }

    [TestCleanup]
    public async Task Close()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        Assert.IsEmpty(_complaints.Where(text => _expected is null || !text.Contains(_expected)), string.Join('\n', _complaints));
    }

    private protected async Task AddAsync(params string[] files) => await Page.Locator("#files").SetInputFilesAsync(files);

    /// <summary>Lets the console say this: browsers report every failed request there.</summary>
    private protected void ExpectComplaint(string text) => _expected = text;

    /// <summary>Waits until the service has no file any more.</summary>
    private protected static async Task AssertNothingIsKeptAsync()
    {
        for (var attempt = 0; s_server!.Service.Workspace.Count > 0; attempt++)
        {
            Assert.IsLessThan(200, attempt, "Files are left.");
            await Task.Delay(50);
        }
    }

    private protected async Task UpscaleAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Upscale", Exact = true }).ClickAsync();
        await Page.Locator("#download").WaitForAsync(new() { Timeout = 60_000 });
    }

    private void Complain(string? text)
    {
        if (text is not null)
            _complaints.Add(text);
    }
}
