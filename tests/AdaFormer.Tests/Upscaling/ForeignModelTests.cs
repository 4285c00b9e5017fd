using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using AdaFormer.Tests.ModelFiles;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Models of other makers: files from `tests/fixtures/models`, exported by PyTorch with random weights, and graphs of odd forms.</summary>
[TestClass]
public class ForeignModelTests
{
    public static IEnumerable<object[]> Sizes() =>
        from name in new[] { "compact_x4_dyn", "compact_x4_fp16", "rrdb_x4_dyn" } from size in new[] { (79, 97), (1, 1), (7, 300) } select new object[] { name, size.Item1, size.Item2 };

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void AFileGivesWhatOnnxRuntimeGives(string name, int width, int height)
    {
        var picture = Models.Picture(width, height);
        using var model = Load(name);

        Assert.AreEqual(4, model.Description.Scale);
        Pictures.AssertWithin(1, DirectRun.Upscale(File(name), picture, 4), new Upscaler(model).Upscale(picture).Picture);
    }

    [TestMethod]
    [DataRow("compact_x4_dyn")]
    [DataRow("compact_x4_fp16")]
    [DataRow("rrdb_x4_dyn")]
    public void TheOverlapThatWasMeasuredMakesTilesEqualTheWholePicture(string name)
    {
        var picture = Models.Picture(79, 97);
        using var model = Load(name);

        Pictures.AssertWithin(1, DirectRun.Upscale(File(name), picture, 4), new Upscaler(model, new UpscaleOptions { TileSize = 29 }).Upscale(picture).Picture);
    }

    [TestMethod]
    [DataRow(79, 97)]
    [DataRow(33, 32)]
    [DataRow(32, 32)]
    public void AFixedSizeGoesTileByTile(int width, int height)
    {
        // The same weights, for any size: what the tiles have to give together.
        var expected = DirectRun.Upscale(File("compact_x4_dyn"), Models.Picture(width, height), 4);
        using var model = Load("compact_x4_fixed32");

        Pictures.AssertWithin(1, expected, new Upscaler(model).Upscale(Models.Picture(width, height)).Picture);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 300)]
    [DataRow(31, 5)]
    public void APictureSmallerThanAFixedSizeIsPaddedByItsMirrorImage(int width, int height)
    {
        var picture = Models.Picture(width, height);
        var padded = Pictures.Make(Math.Max(32, width), Math.Max(32, height), PixelLayout.Rgb, 8, (x, y, channel) => picture[Mirrored(x, width), Mirrored(y, height), channel]);
        var expected = DirectRun.Upscale(File("compact_x4_dyn"), padded, 4);
        using var model = Load("compact_x4_fixed32");

        Pictures.AssertWithin(1, Pictures.Crop(expected, width * 4, height * 4), new Upscaler(model).Upscale(picture).Picture);

        static int Mirrored(int index, int length)
        {
            for (var (at, step) = (0, length == 1 ? 0 : 1); ; at += step, index--)
            {
                if (index == 0)
                    return at;
                if (at + step == length || at + step < 0)
                    step = -step;
            }
        }
    }

    public static IEnumerable<object[]> Forms()
    {
        yield return ["interleaved", new ForeignGraph { Interleaved = true, InterleavedOutput = true }, "NHWC Float"];
        yield return ["interleaved input only", new ForeignGraph { Interleaved = true }, "NHWC Float"];
        yield return ["0 to 255", new ForeignGraph { Maximum = 255, OutputMaximum = 255 }, "0 to 255"];
        yield return ["0 to 1 in, 0 to 255 out", new ForeignGraph { OutputMaximum = 255 }, "0 to 255"];
        yield return ["0 to 255 in, 0 to 1 out", new ForeignGraph { Maximum = 255 }, "0 to 255"];
        yield return ["bytes", new ForeignGraph { Type = DataType.Uint8, OutputType = DataType.Uint8, Maximum = 255, OutputMaximum = 255 }, "UInt8, 0 to 255"];
        yield return ["interleaved bytes in, float out", new ForeignGraph { Type = DataType.Uint8, Interleaved = true, Maximum = 255 }, "NHWC UInt8"];
        yield return ["float in, bytes out", new ForeignGraph { OutputType = DataType.Uint8, OutputMaximum = 255 }, "UInt8"];
        yield return ["interleaved half", new ForeignGraph { Type = DataType.Float16, OutputType = DataType.Float16, Interleaved = true, InterleavedOutput = true }, "NHWC Float16"];
        yield return ["scale 1", new ForeignGraph { Scale = 1 }, "RGB"];
        yield return ["scale 3", new ForeignGraph { Scale = 3 }, "RGB"];
        yield return ["scale 8", new ForeignGraph { Scale = 8 }, "RGB"];
        yield return ["two outputs", new ForeignGraph { SecondOutput = true }, "'pixels_out'"];
        yield return ["two pictures at a time", new ForeignGraph { Images = 2 }, "RGB"];
        yield return ["any number of channels", new ForeignGraph { Images = 1 }, "RGB"];
    }

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void AnyFormGivesWhatOnnxRuntimeGives(string form, object graph, string words)
    {
        var foreign = (ForeignGraph)graph;
        var bytes = foreign.Bytes();
        using var model = UpscalingModel.Load(bytes);
        foreach (var (width, height) in new[] { (79, 97), (1, 1), (7, 30) })
        {
            var picture = Models.Picture(width, height);
            var expected = DirectRun.Upscale(bytes, picture, foreign.Scale, foreign.Interleaved, foreign.InterleavedOutput, foreign.Maximum, foreign.OutputMaximum, foreign.Images as int? ?? 1);

            Pictures.AssertWithin(1, expected, new Upscaler(model).Upscale(picture).Picture, form);
            Pictures.AssertWithin(1, expected, new Upscaler(model, new UpscaleOptions { TileSize = 24 }).Upscale(picture).Picture, form);
        }

        Assert.AreEqual(foreign.Scale, model.Description.Scale, form);
        Assert.Contains(words, model.Description.Metadata["pixels"]);
        Assert.IsEmpty(model.Description.Assumptions, form);
        // 3×3×3×3 and 3 for the convolution; up to 8 in the graph's constants.
        Assert.IsInRange(84, 92, model.Description.Parameters, form);
    }

    [TestMethod]
    [DataRow(false, true, null, "0 to 1", "-1 to 1")]
    [DataRow(true, false, null, "-1 to 1", "0 to 1")]
    [DataRow(false, true, PixelRange.ZeroToOne, "0 to 1", "-1 to 1")]
    [DataRow(true, true, PixelRange.MinusOneToOne, "-1 to 1", "-1 to 1")]
    public void ARangeOfMinusOneToOneIsTheSameNetworkAsOneOfZeroToOne(bool input, bool output, PixelRange? told, string takes, string gives)
    {
        using var signed = UpscalingModel.Load(new ForeignGraph { Signed = input, SignedOutput = output }.Bytes(), new ModelOptions { Range = told });
        var picture = Models.Picture(31, 19);
        var expected = DirectRun.Upscale(new ForeignGraph().Bytes(), picture, 2);

        Pictures.AssertWithin(1, expected, new Upscaler(signed).Upscale(picture).Picture);
        Pictures.AssertWithin(1, expected, new Upscaler(signed, new UpscaleOptions { TileSize = 24 }).Upscale(picture).Picture);
        Assert.AreEqual($"RGB; 'pixels_in' NCHW Float, {takes}; 'pixels_out' NCHW Float, {gives}", signed.Description.Metadata["pixels"]);
        Assert.IsEmpty(signed.Description.Assumptions);
    }

    [TestMethod]
    public void ARunOfSeveralImagesIsOneOfEach()
    {
        using var model = UpscalingModel.Load(new ForeignGraph { Maximum = 255, OutputMaximum = 255 }.Bytes());
        var images = Enumerable.Range(0, 2 * 3 * 5 * 4).Select(index => index * 37 % 101 / 101f).ToArray();

        var both = model.Run(images, 2, 5, 4).Upscaled;

        CollectionAssert.AreEqual(both, (float[])[.. model.Run(images[..60], 1, 5, 4).Upscaled, .. model.Run(images[60..], 1, 5, 4).Upscaled]);
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(6)]
    [DataRow(64)]
    public void ANumberThatDividesTheSizesIsFound(int multiple)
    {
        var graph = new ForeignGraph { Multiple = multiple };
        using var model = UpscalingModel.Load(graph.Bytes());
        var picture = Models.Picture(3 * multiple, 2 * multiple);

        Assert.AreEqual(multiple, model.Description.SizeMultiple);
        Pictures.AssertWithin(1, DirectRun.Upscale(graph.Bytes(), picture, 2), new Upscaler(model).Upscale(picture).Picture);
        // Padded by its own pixels, a picture of another size is what it is without the need, but for the pixels at its end.
        using var any = UpscalingModel.Load(new ForeignGraph().Bytes());
        var odd = Models.Picture(79, 97);
        var (width, height) = (156, 192);
        Pictures.AssertWithin(1, Pictures.Crop(new Upscaler(any).Upscale(odd).Picture, width, height), Pictures.Crop(new Upscaler(model).Upscale(odd).Picture, width, height));
    }

    [TestMethod]
    public void AFixedSizeNeedNotBeSquare()
    {
        using var fixedSize = UpscalingModel.Load(new ForeignGraph { Width = 20, Height = 12, Images = 1 }.Bytes());
        using var fixedWidth = UpscalingModel.Load(new ForeignGraph { Width = 24 }.Bytes());
        var picture = Models.Picture(79, 97);
        var expected = DirectRun.Upscale(new ForeignGraph().Bytes(), picture, 2);

        Assert.Contains("20×12 only", fixedSize.Description.Metadata["sizes"]);
        Pictures.AssertWithin(1, expected, new Upscaler(fixedSize).Upscale(picture).Picture);
        Pictures.AssertWithin(1, expected, new Upscaler(fixedWidth).Upscale(picture).Picture);
        Assert.Contains("leave the tile size out", Assert.ThrowsExactly<ArgumentException>(() => new Upscaler(fixedSize, new UpscaleOptions { TileSize = 64 })).Message);
        Assert.Contains("at most 5", Assert.ThrowsExactly<ArgumentException>(() => new Upscaler(fixedSize, new UpscaleOptions { TileOverlap = 6 })).Message);
    }

    [TestMethod]
    public void FixedTilesAreFullAndCoverThePictureOnce()
    {
        var pixels = PixelInterface.Own with { FixedWidth = 16, FixedHeight = 10 };
        foreach (var (width, height) in new[] { (16, 10), (17, 11), (40, 33), (5, 3), (100, 9) })
        {
            var tiles = Tile.Cut(width, height, pixels, 512, 3, 1);
            var covered = new int[width * height];
            foreach (var tile in tiles)
            {
                Assert.AreEqual((Math.Min(16, width), Math.Min(10, height)), (tile.Width, tile.Height));
                Assert.IsTrue(tile.X >= 0 && tile.Y >= 0 && tile.X + tile.Width <= width && tile.Y + tile.Height <= height);
                Assert.IsTrue(tile.X == 0 || tile.CoreX - tile.X >= 3, "what lies left of the core");
                for (var y = tile.CoreY; y < tile.CoreY + tile.CoreHeight; y++)
                for (var x = tile.CoreX; x < tile.CoreX + tile.CoreWidth; x++)
                    covered[(y * width) + x]++;
            }

            Assert.IsTrue(covered.All(count => count == 1));
        }
    }

    [TestMethod]
    public void LumaGoesThroughTheModelAndColoursAreInterpolated()
    {
        var bytes = new ForeignGraph { Channels = 1 }.Bytes();
        using var model = UpscalingModel.Load(bytes);
        var grey = Models.Picture(79, 97, PixelLayout.Gray);
        var random = new Random(1);
        var picture = Pictures.Make(31, 22, PixelLayout.Rgb, 8, (_, _, _) => random.Next(80, 176));

        Pictures.AssertWithin(1, DirectRun.Upscale(bytes, grey, 2), new Upscaler(model).Upscale(grey).Picture);
        var result = new Upscaler(model).Upscale(picture).Picture;
        var luma = DirectRun.Upscale(bytes, Luma(picture), 2);
        var bicubic = BicubicResampler.Upscale(picture, 2);
        for (var y = 0; y < result.Height; y++)
        {
            for (var x = 0; x < result.Width; x++)
            {
                var colors = Enumerable.Range(0, 3).Select(channel => result[x, y, channel]).ToArray();
                Assert.IsLessThanOrEqualTo(1.6, Math.Abs(Y(colors[0], colors[1], colors[2]) - luma[x, y, 0]));
                // The difference of red and blue has no luma in it.
                Assert.IsLessThanOrEqualTo(3, Math.Abs(colors[0] - colors[2] - (bicubic[x, y, 0] - bicubic[x, y, 2])));
            }
        }
    }

    [TestMethod]
    public void AlphaGoesAlongThroughAModelOfFourChannels()
    {
        var bytes = new ForeignGraph { Channels = 4 }.Bytes();
        using var model = UpscalingModel.Load(bytes);
        // Soft alpha, nowhere 0, so that neither limit nor filling of hidden colours shows.
        var picture = Pictures.Make(79, 97, PixelLayout.Rgba, 8, (x, y, channel) => (int)(128 + (60 * Math.Sin(((x * (channel + 1)) + y) / 9.0))));
        var result = new Upscaler(model).Upscale(picture).Picture;
        var direct = DirectRun.Upscale(bytes, picture, 2);
        var opaque = Models.Picture(20, 20);

        for (var channel = 0; channel < 3; channel++)
            Assert.AreEqual(0, Enumerable.Range(0, result.Height).Count(y => Enumerable.Range(0, result.Width).Any(x => Math.Abs(result[x, y, channel] - direct[x, y, channel]) > 1)));
        // Alpha stays within the nearby input's, here up to the 0.03 that the graph adds.
        Assert.AreEqual(0, Enumerable.Range(0, result.Height).Count(y => Enumerable.Range(0, result.Width).Any(x => Math.Abs(result[x, y, 3] - direct[x, y, 3]) > 8)));
        Assert.AreEqual(PixelLayout.Rgb, new Upscaler(model).Upscale(opaque).Picture.Layout);
    }

    [TestMethod]
    public void TheFilesOwnMetadataAreKept()
    {
        byte[] bytes = [.. new ForeignGraph().Bytes(), .. Metadata("license", "CC0-1.0"), .. Metadata("scale", "7"), .. Metadata("author", "someone")];
        using var model = UpscalingModel.Load(bytes);

        Assert.IsFalse(ModelDescription.IsInside(bytes, "model"));
        Assert.AreEqual(("CC0-1.0", 2, "2", "someone"), (model.Description.License, model.Description.Scale, model.Description.Metadata["scale"], model.Description.Metadata["author"]));

        static byte[] Metadata(string key, string value) => Protobuf.Field(14, Protobuf.Field(1, key), Protobuf.Field(2, value));
    }

    [TestMethod]
    public void WhatCannotBeFoundOutIsAssumedAndCanBeSaid()
    {
        var bytes = new ForeignGraph { Unrelated = true }.Bytes();
        using var model = UpscalingModel.Load(bytes);
        using var told = UpscalingModel.Load(bytes, new ModelOptions { Range = PixelRange.ZeroTo255 });

        Assert.Contains("--range 255", model.Description.Assumptions.Single());
        Assert.Contains("assumed", model.Description.Metadata["range"]);
        Assert.IsEmpty(told.Description.Assumptions);
        Assert.AreEqual("0 to 255", told.Description.Metadata["range"]);
        Assert.AreNotSame(SharedModels.Get(bytes), SharedModels.Get(bytes, new ModelOptions { Range = PixelRange.ZeroTo255 }));
    }

    [TestMethod]
    public void AnOptionIsRightWhereTheTrialWouldBe()
    {
        var bytes = new ForeignGraph { Maximum = 255, OutputMaximum = 255 }.Bytes();
        using var model = UpscalingModel.Load(bytes, new ModelOptions { Range = PixelRange.ZeroTo255 });
        var picture = Models.Picture(20, 20);

        Pictures.AssertWithin(1, DirectRun.Upscale(bytes, picture, 2, maximum: 255, outputMaximum: 255), new Upscaler(model).Upscale(picture).Picture);
    }

    [TestMethod]
    public void SixteenBitsStaySixteen()
    {
        var bytes = new ForeignGraph { Maximum = 255, OutputMaximum = 255 }.Bytes();
        using var model = UpscalingModel.Load(bytes);
        var picture = Models.Picture(30, 20, PixelLayout.Rgb, 16);

        Pictures.AssertWithin(2, DirectRun.Upscale(bytes, picture, 2, maximum: 255, outputMaximum: 255), new Upscaler(model).Upscale(picture).Picture);
    }

    [TestMethod]
    public void TheTrialLeavesNoFiles()
    {
        UpscalingModel.Load(File("compact_x4_dyn")).Dispose();
        Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(new ForeignGraph { Channels = 6 }.Bytes()));

        Assert.IsEmpty(Directory.GetFiles(Path.GetTempPath(), "adaformer-*.json"));
    }

    private static byte[] File(string name) => System.IO.File.ReadAllBytes(TestData.Fixture("models", $"{name}.onnx"));

    private static UpscalingModel Load(string name) => UpscalingModel.Load(File(name), new ModelOptions { Device = Device.Cpu });

    private static Picture Luma(Picture picture) =>
        Pictures.Make(picture.Width, picture.Height, PixelLayout.Gray, 8, (x, y, _) => (int)(Y(picture[x, y, 0], picture[x, y, 1], picture[x, y, 2]) + 0.5));

    private static double Y(int red, int green, int blue) => (0.299 * red) + (0.587 * green) + (0.114 * blue);
}
