using Microsoft.Playwright;

namespace AdaFormer.Tests;

/// <summary>The page from phone to 4K. ADAFORMER_UPDATE_SCREENSHOTS=1 takes the README's pictures of it.</summary>
[TestClass, RequiresChromium]
public class LayoutTests : BrowserTests
{
    private static readonly bool UpdatesScreenshots = Environment.GetEnvironmentVariable("ADAFORMER_UPDATE_SCREENSHOTS") == "1";

    [TestMethod]
    public async Task NothingIsCutOffFromPhoneTo4K()
    {
        await AddAsync(SmallScene);
        await UpscaleAsync();
        await Assertions.Expect(Page.Locator("#cost")).ToContainTextAsync("About");
        foreach (var scale in new[] { 2, 3, 4 })
            await Assertions.Expect(Page.Locator($"input[value='{scale}'] + span small")).ToContainTextAsync("s");
        await ShootAsync("serve", dark: false);
        foreach (var (width, height) in new[] { (320, 640), (390, 844), (860, 1200), (861, 700), (1280, 800), (3840, 2160) })
        {
            await Page.SetViewportSizeAsync(width, height);
            var (content, window) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
            Assert.IsLessThanOrEqualTo(window, content, $"At {width} pixels it scrolls sideways.");
            var picture = (await Page.Locator("#pane-right .picture").BoundingBoxAsync())!;
            Assert.AreEqual(1.5, picture.Width / picture.Height, 0.01, $"{width}×{height}");
            Assert.IsGreaterThan(width < 861 ? width * 0.85 : width * 0.3, picture.Width, $"{width}×{height}");
        }

        await Page.SetViewportSizeAsync(390, 844);
        await Page.Locator("#show-map").CheckAsync();
        await Page.EvaluateAsync("scrollTo(0, 0)");
        await ShootAsync("serve-phone", dark: true);
    }

    private async Task ShootAsync(string name, bool dark)
    {
        if (!UpdatesScreenshots)
            return;
        await Page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        await Page.Locator("#start, #download").Locator("visible=true").First.BlurAsync();
        await Page.ScreenshotAsync(new() { Path = Path.Combine(TestData.Repository, "docs", "images", $"{name}.jpg"), Type = ScreenshotType.Jpeg, Quality = 82 });
    }
}
