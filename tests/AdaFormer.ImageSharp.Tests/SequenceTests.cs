using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Frames of animations and pages of documents, of other programs: tests/fixtures/formats/README.md.</summary>
[TestClass]
public class SequenceTests
{
    private static readonly int[] Milliseconds = [40, 100, 250, 70];

    [TestMethod]
    [DataRow("animation-disposals.png", 3), DataRow("animation-opaque.png", 0), DataRow("animation-with-alpha.webp", 2), DataRow("animation-opaque.webp", 0), DataRow("animation-disposals.gif", 4)]
    public void EveryFrameIsWhatIsShown(string file, int plays)
    {
        var expected = PictureFormats.Reader().Read(TestData.Fixture("formats", "frames", $"{file}.png"));
        using var frames = PictureFormats.Reader().OpenSequence(TestData.Fixture("formats", file));
        Assert.AreEqual(new SequenceInfo(SequenceKind.Frames, 4) { Plays = plays }, frames!.Info);
        var pictures = ReadAll(frames);
        CollectionAssert.AreEqual(Milliseconds, pictures.Select(frame => (int)frame.Duration.TotalMilliseconds).ToArray());
        for (var i = 0; i < pictures.Count; i++)
            AssertShown(expected, i, pictures[i].Picture, file);
    }

    [TestMethod]
    [DataRow(".png"), DataRow(".webp"), DataRow(".gif")]
    public void FramesGoFromFileToFile(string extension)
    {
        using var folder = new TemporaryFolder();
        var writer = PictureFormats.Writer(new ImageSharpEncoderOptions { LosslessWebp = true });
        foreach (var file in new[] { "animation-disposals.png", "animation-opaque.webp" })
        {
            using var frames = PictureFormats.Reader().OpenSequence(TestData.Fixture("formats", file))!;
            var pictures = ReadAll(frames);
            var target = folder.File($"{file}{extension}");
            writer.WriteSequence(frames.Info, target, overwrite: false, sink =>
            {
                foreach (var (picture, duration) in pictures)
                {
                    using var rows = sink.Begin(PictureInfo.Of(picture), duration);
                    for (var y = 0; y < picture.Height; y++)
                        rows.WriteRow(picture, y);
                    rows.Complete();
                }
            });

            using var written = PictureFormats.Reader().OpenSequence(target)!;
            Assert.AreEqual(frames.Info, written.Info);
            var read = ReadAll(written);
            for (var i = 0; i < pictures.Count; i++)
            {
                Assert.AreEqual(pictures[i].Duration, read[i].Duration);
                AssertSame(pictures[i].Picture, read[i].Picture, $"{file}, frame {i}", isTwoLevelAlpha: extension == ".gif");
            }
        }
    }

    [TestMethod]
    [DataRow("animation-opaque.webp", ".png"), DataRow("animation-disposals.png", ".webp"), DataRow("animation-disposals.gif", ".png"), DataRow("pages.tif", ".tif")]
    public void EveryPictureOfAFileIsUpscaledLikeOneByItself(string file, string extension)
    {
        using var folder = new TemporaryFolder();
        using var model = UpscalingModel.LoadByName("tiny-x2");
        var input = TestData.Fixture("formats", file);
        var reports = new List<UpscaleProgress>();
        var writer = PictureFormats.Writer(new ImageSharpEncoderOptions { LosslessWebp = true });

        var result = new FileUpscaler(model, PictureFormats.Reader(), writer).Upscale(input, folder.File($"a{extension}"), progress: new SynchronousProgress(reports.Add));

        using var originals = PictureFormats.Reader().OpenSequence(input)!;
        using var results = PictureFormats.Reader().OpenSequence(folder.File($"a{extension}"))!;
        var (pictures, larger) = (ReadAll(originals), ReadAll(results));
        Assert.HasCount(result.Pictures, larger);
        Assert.AreEqual(originals.Info, results.Info);
        Assert.AreEqual(1, reports[^1].Share);
        Assert.IsTrue(reports.Zip(reports.Skip(1)).All(pair => pair.First.Share <= pair.Second.Share));
        for (var i = 0; i < pictures.Count; i++)
        {
            var expected = new Upscaler(model).Upscale(pictures[i].Picture).Picture;
            AssertSame(expected, larger[i].Picture, $"picture {i}");
            Assert.AreEqual(pictures[i].Duration, larger[i].Duration);
        }
    }

    /// <summary>The sizes, bits and descriptions are those that tifffile wrote; the small copy is none of the pages.</summary>
    [TestMethod]
    public void PagesKeepTheirSizesAndWhatTheySay()
    {
        using var folder = new TemporaryFolder();
        using var model = UpscalingModel.LoadByName("tiny-x2");
        var result = new FileUpscaler(model, PictureFormats.Reader(), PictureFormats.Writer()).Upscale(TestData.Fixture("formats", "pages.tif"), folder.File("a.tif"));
        Assert.AreEqual(3, result.Pictures);
        Assert.IsEmpty(result.Warnings);

        using var pages = PictureFormats.Reader().OpenSequence(folder.File("a.tif"))!;
        var pictures = ReadAll(pages).ConvertAll(page => page.Picture);

        Assert.AreEqual((46, 34, PixelLayout.Rgb, 8), Kind(pictures[0]));
        Assert.AreEqual((18, 22, PixelLayout.Gray, 16), Kind(pictures[1]));
        Assert.AreEqual((46, 34, PixelLayout.Gray, 8), Kind(pictures[2]));
        string[] said = ["first", "second", "third"];
        int?[] densities = [300, 150, null];
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains(said[i], System.Text.Encoding.ASCII.GetString(pictures[i].Metadata.Exif!));
            Assert.AreEqual(densities[i], (int?)pictures[i].Metadata.Density?.Horizontal);
        }

        static (int, int, PixelLayout, int) Kind(Picture picture) => (picture.Width, picture.Height, picture.Layout, picture.BitDepth);
    }

    [TestMethod]
    [DataRow("pages.tif", ".png", PictureWarning.Pages), DataRow("animation-opaque.webp", ".jpg", PictureWarning.Frames), DataRow("animation-opaque.png", ".tif", PictureWarning.Frames)]
    public void WhereTheOutputHoldsOnePictureTheFirstIsTakenAndThatIsSaid(string file, string extension, string code)
    {
        using var folder = new TemporaryFolder();
        using var model = UpscalingModel.LoadByName("tiny-x2");
        var result = new FileUpscaler(model, PictureFormats.Reader(), PictureFormats.Writer()).Upscale(TestData.Fixture("formats", file), folder.File($"a{extension}"));
        Assert.AreEqual(1, result.Pictures);
        Assert.AreEqual(code, result.Warnings.Single().Code);
    }

    [TestMethod]
    public void AFrameThatIsDamagedIsNamed()
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(TestData.Fixture("formats", "animation-opaque.png"));
        file[^40] ^= 1;
        File.WriteAllBytes(folder.File("a.png"), file);
        using var model = UpscalingModel.LoadByName("tiny-x2");
        var upscaler = new FileUpscaler(model, PictureFormats.Reader(), PictureFormats.Writer());
        var error = Assert.ThrowsExactly<PictureFormatException>(() => upscaler.Upscale(folder.File("a.png"), folder.File("b.png")));
        Assert.Contains("frame 4", error.Message);
        Assert.IsFalse(File.Exists(folder.File("b.png")));
    }

    private static List<(Picture Picture, TimeSpan Duration)> ReadAll(IPictureSequence pictures)
    {
        var all = new List<(Picture, TimeSpan)>();
        while (pictures.Next(out var duration) is { } rows)
        {
            all.Add((PictureRows.ReadAll(rows), duration));
            rows.Dispose();
        }

        return all;
    }

    private static void AssertShown(Picture expected, int frame, Picture picture, string name)
    {
        var height = expected.Height / 4;
        Assert.AreEqual((expected.Width, height), (picture.Width, picture.Height));
        for (var i = 0; i < picture.Width * height; i++)
        {
            var (x, y) = (i % picture.Width, i / picture.Width);
            var below = y + (frame * height);
            var (wanted, alpha) = (expected.Layout.HasAlpha() ? expected[x, below, 3] : 255, picture.Layout.HasAlpha() ? picture[x, y, 3] : 255);
            Assert.AreEqual(wanted, alpha, 1.0, $"alpha of {name}, frame {frame} at {x}, {y}");
            for (var channel = 0; channel < 3 && wanted > 0; channel++)
                Assert.AreEqual(expected[x, below, channel], picture[x, y, channel], 1.0, $"{name}, frame {frame} at {x}, {y}");
        }
    }

    private static void AssertSame(Picture expected, Picture picture, string name, bool isTwoLevelAlpha = false)
    {
        Assert.AreEqual((expected.Width, expected.Height), (picture.Width, picture.Height), name);
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            var (x, y) = (i % picture.Width, i / picture.Width);
            var alpha = expected.Layout.HasAlpha() ? expected[x, y, expected.Channels - 1] : expected.MaxValue;
            if (isTwoLevelAlpha && alpha is > 0 and < 255)
                continue;
            Assert.AreEqual(alpha, picture.Layout.HasAlpha() ? picture[x, y, picture.Channels - 1] : picture.MaxValue, $"alpha of {name} at {x}, {y}");
            for (var channel = 0; channel < Math.Min(3, picture.Channels) && alpha > 0; channel++)
                Assert.AreEqual(expected[x, y, expected.Layout.IsGray() ? 0 : channel], picture[x, y, picture.Layout.IsGray() ? 0 : channel], isTwoLevelAlpha ? 8.0 : 0.0, $"{name} at {x}, {y}");
        }
    }

    private sealed class SynchronousProgress(Action<UpscaleProgress> report) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => report(value);
    }
}
