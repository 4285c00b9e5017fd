using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using AdaFormer.Imaging;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AdaFormer.Tests;

/// <summary>What a user does on the page, at a desk.</summary>
[TestClass, RequiresChromium]
public class DeskPageTests : PageTests
{
    private protected override (int Width, int Height) Window => (1280, 800);
}

/// <summary>The same on a phone, by night.</summary>
[TestClass, RequiresChromium]
public class PhonePageTests : PageTests
{
    private protected override (int Width, int Height) Window => (390, 844);

    private protected override ColorScheme Scheme => ColorScheme.Dark;
}

/// <summary>What a user does on the page.</summary>
public abstract class PageTests : BrowserTests
{
    private static readonly Lazy<byte[]> Expected = new(() => Command.Upscale(SmallScene, "png"));

    [TestMethod]
    public async Task ADroppedPictureIsEstimatedUpscaledAndDownloadedAsTheCommandMakesIt()
    {
        await DropAsync(SmallScene);
        await Assertions.Expect(Page.Locator("#size-text")).ToHaveTextAsync("240 × 160 → 960 × 640");
        await Assertions.Expect(Page.Locator("#cost")).ToHaveTextAsync(new Regex("^About .+ on this machine$"));

        await UpscaleAsync();

        await Assertions.Expect(Page.Locator("#facts")).ToContainTextAsync("960 × 640");
        using var model = UpscalingModel.LoadBuiltIn();
        var saved = new Upscaler(model).Upscale(new PictureReader().Read(SmallScene)).HaltingDepth.HaltedShare;
        Assert.AreEqual(Math.Round(100 * saved), await SavedAsync());
        await Assertions.Expect(Page.Locator("#live")).ToHaveTextAsync("scene-small.png: finished, 960 by 640 pixels");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.Locator("#download").ClickAsync());
        Assert.AreEqual("scene-small_x4.png", download.SuggestedFilename);
        CollectionAssert.AreEqual(Expected.Value, File.ReadAllBytes(await download.PathAsync()));
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task TheSliderIsDraggedAndWorksByKeys()
    {
        await AddAsync(SmallScene);
        await UpscaleAsync();
        var divider = Page.Locator("#divider");
        await Page.Locator("#canvas").ScrollIntoViewIfNeededAsync();
        var canvas = (await Page.Locator("#canvas").BoundingBoxAsync())!;

        await Page.Mouse.MoveAsync(canvas.X + (canvas.Width / 2), canvas.Y + (canvas.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(canvas.X + (canvas.Width * 0.25f), canvas.Y + (canvas.Height / 2), new() { Steps = 5 });
        await Page.Mouse.UpAsync();

        Assert.AreEqual(25, await ValueAsync(divider), 1);
        Assert.Contains("inset(0px 7", await Page.Locator("#pane-left").EvaluateAsync<string>("pane => pane.style.clipPath"));
        await divider.PressAsync("End");
        Assert.AreEqual(100, await ValueAsync(divider));
        await divider.PressAsync("ArrowLeft");
        Assert.AreEqual(98, await ValueAsync(divider));
    }

    [TestMethod]
    public async Task ItZoomsAndMoves()
    {
        await AddAsync(SmallScene);
        await UpscaleAsync();
        await Page.Locator("#canvas").ScrollIntoViewIfNeededAsync();
        var picture = Page.Locator("#pane-right .picture");
        var fitting = (await picture.BoundingBoxAsync())!;
        var canvas = (await Page.Locator("#canvas").BoundingBoxAsync())!;

        await Page.Mouse.MoveAsync(canvas.X + 40, canvas.Y + (canvas.Height / 2));
        await Page.Mouse.WheelAsync(0, -500);
        var zoomed = (await picture.BoundingBoxAsync())!;
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(canvas.X + 10, canvas.Y + (canvas.Height / 2));
        await Page.Mouse.UpAsync();
        var moved = (await picture.BoundingBoxAsync())!;
        await Page.Locator("#canvas").PressAsync("0");
        var back = (await picture.BoundingBoxAsync())!;

        Assert.AreEqual(fitting.Width * Math.E, zoomed.Width, 1);
        Assert.AreEqual((canvas.X + 40 - fitting.X) / fitting.Width, (canvas.X + 40 - zoomed.X) / zoomed.Width, 0.01, "What is under the pointer stays there.");
        Assert.AreEqual(zoomed.X - 30, moved.X, 1);
        Assert.AreEqual(fitting.Width, back.Width, 0.5);
    }

    [TestMethod]
    public async Task CancellingEndsTheWorkAndItCanBeginAgain()
    {
        await AddAsync(Scene);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Upscale", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("#progress-text")).ToContainTextAsync("tile");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(Page.Locator("#live")).ToHaveTextAsync("scene.png: cancelled");
        await Assertions.Expect(Page.Locator("#start")).ToBeEnabledAsync();
        await Assertions.Expect(Page.Locator("#failure")).ToBeHiddenAsync();
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task AQueueOfPicturesBecomesOneZip()
    {
        await AddAsync(SmallScene, TestData.Fixture("formats", "4-2-0.jpg"), TestData.Fixture("formats", "alpha.tif"));
        await Assertions.Expect(Page.Locator("#items img[src]")).ToHaveCountAsync(3);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Upscale all" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#items progress:visible")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download all" }).ClickAsync());

        using var zip = ZipFile.OpenRead(await download.PathAsync());
        CollectionAssert.AreEqual(new[] { "scene-small_x4.png", "4-2-0_x4.png", "alpha_x4.png" }, zip.Entries.Select(entry => entry.FullName).ToArray());
        CollectionAssert.AreEqual(Expected.Value, Read(zip.Entries[0]));
        CollectionAssert.AreEqual(Command.Upscale(TestData.Fixture("formats", "4-2-0.jpg"), "png"), Read(zip.Entries[1]));
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task TwoSettingsAreShownSideBySide()
    {
        await AddAsync(SmallScene);
        await UpscaleAsync();
        var balanced = await SavedAsync();
        await Page.Locator("#effort").PressAsync("Home");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Upscale again" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#right option")).ToHaveCountAsync(3);
        await Assertions.Expect(Page.Locator("#facts")).Not.ToContainTextAsync($"Work saved{balanced} %");
        Assert.IsGreaterThan(2 * balanced, await SavedAsync());

        await Page.Locator("#left").SelectOptionAsync("1");
        await Page.Locator("#beside").CheckAsync();

        await Assertions.Expect(Page.Locator("#tag-left")).ToHaveTextAsync("4×, balanced, PNG");
        await Assertions.Expect(Page.Locator("#tag-right")).ToHaveTextAsync("4×, fastest, PNG");
        var (left, right) = ((await Page.Locator("#pane-left").BoundingBoxAsync())!, (await Page.Locator("#pane-right").BoundingBoxAsync())!);
        Assert.AreEqual(left.X + left.Width, right.X, 1);
        await Page.Locator("#show-map").CheckAsync();
        await Assertions.Expect(Page.Locator("#canvas .map")).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task ASecondModelRefinesAShareWhoseCostIsSaid()
    {
        await AddAsync(SmallScene);
        await Assertions.Expect(Page.Locator("#refinement")).ToBeHiddenAsync();
        await Page.Locator("#refine").SelectOptionAsync("photo-x4");
        await Assertions.Expect(Page.Locator("#share-text")).ToHaveTextAsync(new Regex("^25 %, where the most detail is; about .+ more$"));
        await Page.Locator("#share").PressAsync("ArrowRight");
        await Assertions.Expect(Page.Locator("#share-text")).ToContainTextAsync("30 %");
        await AssertNoBarriersAsync();

        await UpscaleAsync();

        await Assertions.Expect(Page.Locator("#facts")).ToContainTextAsync(new Regex("Refined(29|30|31) %, in"));
        await Assertions.Expect(Page.Locator("#tag-right")).ToHaveTextAsync("4×, balanced, 30 % by photo-x4, PNG");
        await Page.Locator("#show-map").CheckAsync();
        await Assertions.Expect(Page.Locator("#tag-right")).ToContainTextAsync("pink refined");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.Locator("#download").ClickAsync());
        CollectionAssert.AreEqual(Command.Upscale(SmallScene, "png", "--refine", "photo-x4", "--share", "30%"), File.ReadAllBytes(await download.PathAsync()));

        // A model of another scale than the second one's leaves nothing to choose.
        await Page.Locator("#model").SelectOptionAsync("tiny-x2");
        await Assertions.Expect(Page.Locator("#refinement")).ToBeHiddenAsync();
        await Assertions.Expect(Page.Locator("#refine option[value='photo-x4'][disabled]")).ToHaveCountAsync(1);
    }

    [TestMethod]
    public async Task WhatIsNoPictureIsSaidAndTheOthersGoOn()
    {
        await AddAsync(Path.Combine(TestData.Repository, "LICENSE"), SmallScene);
        ExpectComplaint("422");

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("it looks like text");
        await Page.GetByRole(AriaRole.Button, new() { Name = "scene-small.png" }).First.ClickAsync();
        await UpscaleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove LICENSE" }).ClickAsync();

        await Assertions.Expect(Page.Locator("#items li")).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await AddAsync(SmallScene);
        await Assertions.Expect(Page.Locator("#cost")).ToContainTextAsync("About");
    }

    [TestMethod]
    public async Task APastedPictureComesIn()
    {
        await Page.EvaluateAsync(
            """
            async () => {
              const data = new DataTransfer();
              data.items.add(new File([await (await fetch('sample.png')).blob()], 'image.png', { type: 'image/png' }));
              document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
            }
            """);

        await Assertions.Expect(Page.Locator("#size-text")).ToHaveTextAsync("240 × 160 → 960 × 640");
    }

    [TestMethod]
    public async Task ItWorksByKeyboardAndHasNoBarriers()
    {
        await AssertNoBarriersAsync();
        await Page.Locator("#sample").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator("#start")).ToBeEnabledAsync();
        await Page.Locator("#start").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Locator("#download").WaitForAsync();
        await AssertNoBarriersAsync();

        await Page.Locator("#canvas").FocusAsync();
        await Page.Keyboard.PressAsync("+");
        Assert.AreNotEqual("none", await Page.Locator("#canvas").EvaluateAsync<string>("canvas => getComputedStyle(canvas).outlineStyle"), "The focus is seen.");
        await Assertions.Expect(Page.Locator("#bar")).ToHaveAttributeAsync("aria-label", "Progress");
    }

    private async Task DropAsync(string file)
    {
        var data = await Page.EvaluateHandleAsync(
            """
            ([name, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0))], name, { type: 'image/png' }));
              return data;
            }
            """,
            new[] { Path.GetFileName(file), Convert.ToBase64String(File.ReadAllBytes(file)) });
        await Page.DispatchEventAsync("#drop", "dragover", new { dataTransfer = data });
        await Page.DispatchEventAsync("#drop", "drop", new { dataTransfer = data });
    }

    private async Task AssertNoBarriersAsync()
    {
        var found = await Page.RunAxe();
        Assert.IsEmpty(found.Violations, string.Join('\n', found.Violations.Select(violation => $"{violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
    }

    // The per cent of the transformer's work that the shown result saved.
    private async Task<int> SavedAsync() =>
        int.Parse(Regex.Match((await Page.Locator("#facts").TextContentAsync())!, "Work saved([0-9]+) %").Groups[1].Value, CultureInfo.InvariantCulture);

    private static async Task<double> ValueAsync(ILocator slider) => double.Parse((await slider.GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
