using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Web.Jobs;

namespace AdaFormer.Tests;

/// <summary>What browsers get to see.</summary>
[TestClass]
public class BrowserViewTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow(13_000, 100, 12_288, 95), DataRow(100, 13_000, 95, 12_288)]
    [DataRow(7_200, 7_000, 7_171, 6_972, DisplayName = "50 megapixels")]
    public void WhatIsTooLargeForABrowserBecomesSmallerInProportion(int width, int height, int viewWidth, int viewHeight)
    {
        var file = _folder.File("large.png");
        using (var stream = File.Create(file))
            PngFile.Save(new Picture(width, height, PixelLayout.Gray), stream);

        var view = BrowserView.Of(file, width, height, new WorkFolder(_folder.FullName), "view.png", CancellationToken.None);

        using var rows = new PictureReader().Open(view);
        Assert.AreEqual((viewWidth, viewHeight), (rows.Info.Width, rows.Info.Height));
    }

    [TestMethod]
    public void WhatABrowserCanShowStaysTheFile()
    {
        var file = TestData.Fixture("pictures", "odd.png");

        Assert.AreEqual(file, BrowserView.Of(file, 37, 29, new WorkFolder(_folder.FullName), "view.png", CancellationToken.None));
    }
}
