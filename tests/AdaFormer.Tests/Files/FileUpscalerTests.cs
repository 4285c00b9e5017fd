using System.Globalization;
using AdaFormer.Files;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Tests.Files;

[TestClass]
public class FileUpscalerTests
{
    private static readonly UpscaleOptions Tiles = new() { TileSize = 48, TileOverlap = 8 };

    [TestMethod]
    [DataRow(PixelLayout.Gray, 8)]
    [DataRow(PixelLayout.Rgb, 16)]
    [DataRow(PixelLayout.Rgba, 8)]
    public void R4_AFileInStripsIsTheWholePicturesFile(PixelLayout layout, int bitDepth)
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(70, 67, layout, bitDepth);
        Save(picture, folder.File("in.png"));

        var result = new FileUpscaler(model, options: new FileUpscaleOptions { Upscaling = Tiles }).Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png"));

        var expected = new Upscaler(model, Tiles).Upscale(picture);
        Assert.AreEqual(new FileUpscaleResult(70, 67, 140, 134, expected.HaltingDepth.HaltedShare, result.Models, null), result);
        Assert.HasCount(1, result.Models);
        Pictures.AssertEqual(expected.Picture, Pictures.Read(folder.File("out.png")));
        Pictures.AssertEqual(HaltingHeatMap.Draw(expected.HaltingDepth, picture, 2), Pictures.Read(folder.File("map.png")));
    }

    [TestMethod]
    public void ASmallHaltingMapHasAPixelForEachOfTheInput()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(70, 67, PixelLayout.Rgb, 8);
        Save(picture, folder.File("in.png"));

        new FileUpscaler(model, options: new FileUpscaleOptions { Upscaling = Tiles, SmallHaltingMap = true }).Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png"));

        var map = Pictures.Read(folder.File("map.png"));
        Assert.AreEqual((70, 67), (map.Width, map.Height));
        var depths = new Upscaler(model, Tiles).Upscale(picture).HaltingDepth;
        for (var y = 0; y < 67; y++)
        {
            for (var x = 0; x < 70; x++)
            {
                // The picture's green in grey, under blue where a token left at once and red where it stayed.
                var (red, blue) = depths[x, y] == 0 ? (0.19, 0.80) : depths[x, y] == depths.Blocks ? (0.86, 0.13) : (double.NaN, double.NaN);
                if (double.IsNaN(red))
                    continue;
                Assert.AreEqual((0.55 * picture[x, y, 1]) + (0.45 * 255 * red), map[x, y, 0], 0.51, $"({x}, {y})");
                Assert.AreEqual((0.55 * picture[x, y, 1]) + (0.45 * 255 * blue), map[x, y, 2], 0.51, $"({x}, {y})");
            }
        }
    }

    [TestMethod]
    [DataRow(null), DataRow(2.5), DataRow(8.0)]
    public void APictureThatWasAJpegGoesThroughTheModelForIt(double? factor)
    {
        using var folder = new TemporaryFolder();
        using var models = ModelSelector.LoadBuiltIn();
        var (clean, spoilt) = (Scene(), JpegBlocks.Spoil(Scene(), 60, 3, 1));
        Save(clean, folder.File("clean.png"));
        Save(spoilt, folder.File("spoilt.png"));
        var upscaler = new FileUpscaler(models, options: new FileUpscaleOptions { TargetSize = factor is { } times ? TargetSize.Scaled(times) : null });

        var (ofClean, ofSpoilt) = (upscaler.Upscale(folder.File("clean.png"), folder.File("a.png")), upscaler.Upscale(folder.File("spoilt.png"), folder.File("b.png")));

        var (cleanModels, photoModels) = factor switch
        {
            null => ("tiny-x4", "photo-x4"),
            2.5 => ("tiny-x3", "photo-x4"),
            _ => ("tiny-x2 tiny-x4", "photo-x2 tiny-x4"),
        };
        Assert.AreEqual((cleanModels, "nothing shows that it was a JPEG"), (string.Join(' ', ofClean.Models), ofClean.Reason));
        Assert.AreEqual((photoModels, "its pixels show the 8×8 blocks of a JPEG"), (string.Join(' ', ofSpoilt.Models), ofSpoilt.Reason));
        AssertSteps(clean, cleanModels, "a.png");
        AssertSteps(spoilt, photoModels, "b.png");

        void AssertSteps(Picture picture, string names, string file)
        {
            var written = Pictures.Read(folder.File(file));
            foreach (var name in names.Split(' '))
            {
                using var model = UpscalingModel.LoadByName(name);
                picture = new Upscaler(model).Upscale(picture).Picture;
            }

            Pictures.AssertEqual((picture.Width, picture.Height) == (written.Width, written.Height) ? picture : BicubicResampler.ToSize(picture, written.Width, written.Height), written);
        }

        static Picture Scene() => Pictures.Crop(Pictures.Read(Path.Combine(TestData.Repository, "samples", "scene-small.png")), 101, 160);
    }

    [TestMethod]
    public void FormatsWithoutRowsAreReadAndWrittenInOnePiece()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(70, 67);
        File.WriteAllText(folder.File("in.whole"), "whole");
        var whole = new WholeFormat(picture);

        new FileUpscaler(model, new PictureReader([whole]), new PictureWriter([whole]), new FileUpscaleOptions { Upscaling = Tiles }).Upscale(folder.File("in.whole"), folder.File("out.whole"));

        Pictures.AssertEqual(new Upscaler(model, Tiles).Upscale(picture).Picture, whole.Written!);
        // In one piece it has to be within the budget: 56 kB for the result, 28 kB for the tiles are too little.
        var tooLittle = new FileUpscaleOptions { Overwrite = true, Upscaling = new UpscaleOptions { TileOverlap = 8, MemoryBudget = 1_320_000 } };
        var exception = Assert.ThrowsExactly<UpscalingException>(() => new FileUpscaler(model, new PictureReader([whole]), new PictureWriter([whole]), tooLittle).Upscale(folder.File("in.whole"), folder.File("out.whole")));
        Assert.Contains("write a PNG", exception.Message);
    }

    [TestMethod]
    public void R3_AnOutputBeyondTheLimitIsRefusedFromTheHeader()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 67), folder.File("in.png"));
        // Its pixels are gone, which nobody notices before they are decoded.
        File.WriteAllBytes(folder.File("in.png"), File.ReadAllBytes(folder.File("in.png"))[..60]);
        model.BeforeRun = () => Assert.Fail("The network ran.");

        var exception = Assert.ThrowsExactly<PictureFormatException>(
            () => new FileUpscaler(model, options: new FileUpscaleOptions { MaximumOutputPixels = (140 * 134) - 1 }).Upscale(folder.File("in.png"), folder.File("out.png")));

        Assert.Contains("140×134", exception.Message);
        CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
    }

    [TestMethod]
    public void R6_CancelledWithinATileItLeavesNoFileAndWorksAgain()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 167), folder.File("in.png"));
        var upscaler = new FileUpscaler(model, options: new FileUpscaleOptions { Upscaling = Tiles });
        using var source = new CancellationTokenSource();
        var runs = 0;
        model.BeforeRun = () =>
        {
            // Two tiles a strip: strips are written by then, and this tile has begun.
            if (++runs == 8)
                source.Cancel();
        };

        Assert.Throws<OperationCanceledException>(() => upscaler.Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png"), null, source.Token));

        Assert.AreEqual(8, runs);
        CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
        Assert.AreEqual(334, upscaler.Upscale(folder.File("in.png"), folder.File("out.png")).Height);
    }

    [TestMethod]
    public void R5_AFailureThatCannotBeHelpedLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 67), folder.File("in.png"));
        var runs = 0;
        model.BeforeRun = () =>
        {
            if (++runs == 6)
                throw new OutOfMemoryException();
        };

        var exception = Assert.ThrowsExactly<UpscalingException>(
            () => new FileUpscaler(model, options: new FileUpscaleOptions { Upscaling = Tiles }).Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png")));

        Assert.IsTrue(exception.OutOfMemory);
        CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
    }

    [TestMethod]
    public void R16_InfinityLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Overflowing();
        Save(Models.Picture(9, 9), folder.File("in.png"));

        Assert.ThrowsExactly<UpscalingException>(() => new FileUpscaler(model).Upscale(folder.File("in.png"), folder.File("out.png")));

        CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
    }

    [TestMethod]
    public void R7_AFileThatEndsEarlyLeavesNoFileThoughStripsWereWritten()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 167), folder.File("in.png"));
        var bytes = File.ReadAllBytes(folder.File("in.png"));
        var upscaler = new FileUpscaler(model, options: new FileUpscaleOptions { Upscaling = Tiles });
        foreach (var length in new[] { bytes.Length / 2, bytes.Length - 14, bytes.Length - 13 })
        {
            File.WriteAllBytes(folder.File("in.png"), bytes[..length]);

            var exception = Assert.ThrowsExactly<PictureFormatException>(() => upscaler.Upscale(folder.File("in.png"), folder.File("out.png")));

            Assert.Contains("in.png", exception.Message);
            CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
        }
    }

    [TestMethod]
    public void AWarningIsInTheResultOrLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 167), folder.File("in.png"));
        File.WriteAllBytes(folder.File("in.png"), File.ReadAllBytes(folder.File("in.png"))[..^5]);
        var options = new FileUpscaleOptions { Upscaling = Tiles };

        var exception = Assert.ThrowsExactly<PictureFormatException>(() => new FileUpscaler(model, options: options with { Strict = true }).Upscale(folder.File("in.png"), folder.File("out.png"), folder.File("map.png")));

        Assert.Contains("end mark", exception.Message);
        CollectionAssert.AreEqual(new[] { "in.png" }, folder.Files());
        Assert.AreEqual(PictureWarning.NoEndMark, new FileUpscaler(model, options: options).Upscale(folder.File("in.png"), folder.File("out.png")).Warnings.Single().Code);
    }

    [TestMethod]
    public void WhatIsCutOffIsSalvagedWhenAskedFor()
    {
        using var folder = new TemporaryFolder();
        using var model = Models.Load("tiny-x2-skip");
        Save(Models.Picture(70, 167), folder.File("in.png"));
        var bytes = File.ReadAllBytes(folder.File("in.png"));
        File.WriteAllBytes(folder.File("in.png"), bytes[..(bytes.Length / 2)]);

        var result = new FileUpscaler(model, new PictureReader(salvage: true), options: new FileUpscaleOptions { Upscaling = Tiles }).Upscale(folder.File("in.png"), folder.File("out.png"));

        Assert.AreEqual(PictureWarning.MissingPixels, result.Warnings.Single().Code);
        var picture = Pictures.Read(folder.File("out.png"));
        Assert.AreEqual((140, 334), (picture.Width, picture.Height));
        Assert.IsTrue(picture.Row8(0).ContainsAnyExcept((byte)0));
    }

    [TestMethod]
    public void R13_ThreadsChangeRoundingAtMostAndTheCultureNothing()
    {
        using var folder = new TemporaryFolder();
        Save(Models.Picture(70, 67), folder.File("in.png"));
        var culture = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "~");
        Picture? first = null;
        try
        {
            for (var threads = 1; threads <= 4; threads++)
            {
                using var model = UpscalingModel.LoadBuiltIn(new ModelOptions { Threads = threads });
                var upscaler = new FileUpscaler(model, options: new FileUpscaleOptions { Overwrite = true, Upscaling = Tiles });
                upscaler.Upscale(folder.File("in.png"), folder.File("one.png"));
                CultureInfo.CurrentCulture = other;
                upscaler.Upscale(folder.File("in.png"), folder.File("other.png"));
                CultureInfo.CurrentCulture = culture;

                CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("one.png")), File.ReadAllBytes(folder.File("other.png")), $"{threads} threads, twice");
                var picture = Pictures.Read(folder.File("one.png"));
                Pictures.AssertWithin(1, first ??= picture, picture, $"{threads} threads");
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static void Save(Picture picture, string path)
    {
        using var stream = File.Create(path);
        PngFile.Save(picture, stream);
    }

    /// <summary>A format that knows nothing of rows.</summary>
    private sealed class WholeFormat(Picture picture) : IPictureDecoder, IPictureEncoder
    {
        public Picture? Written { get; private set; }

        public int SignatureLength => 5;

        public IReadOnlyList<PictureFormat> Formats => [new("whole", ".whole")];

        public bool Recognizes(ReadOnlySpan<byte> start) => start.SequenceEqual("whole"u8);

        public Picture Decode(Stream stream, long maximumPixels) => picture;

        public void Encode(Picture picture, Stream stream, string extension) => Written = picture;
    }
}
