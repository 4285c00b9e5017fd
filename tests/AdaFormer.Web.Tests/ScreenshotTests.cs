using Microsoft.Playwright;

namespace AdaFormer.Tests;

/// <summary>Takes the README's pictures of the page, where ADAFORMER_UPDATE_SCREENSHOTS is 1; looks after the layout otherwise.</summary>
[TestClass, RequiresChromium]
public class ScreenshotTests : BrowserTests
{
    [TestMethod]
    public async Task AtADesk()
    {
        await AddAsync(SmallScene);
        await UpscaleAsync();
        await Page.ScreenshotAsync(new() { Path = "/tmp/shot-1280.png" });
        await Page.Locator("#show-map").CheckAsync();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Page.ScreenshotAsync(new() { Path = "/tmp/shot-1280-dark.png" });
    }

    [TestMethod]
    public async Task OnAPhone()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await Page.ScreenshotAsync(new() { Path = "/tmp/shot-390-empty.png" });
        await AddAsync(SmallScene);
        await UpscaleAsync();
        await Page.ScreenshotAsync(new() { Path = "/tmp/shot-390.png", FullPage = true });
        await Page.SetViewportSizeAsync(1280, 800);
        await Page.ReloadAsync();
        await Page.Locator("body[data-ready]").WaitForAsync();
        await Page.ScreenshotAsync(new() { Path = "/tmp/shot-1280-empty.png" });
    }
}
