using System.Text;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class UpscalingModelTests
{
    [TestMethod]
    public void TheDescriptionIsTheFilesMetadata()
    {
        using var model = UpscalingModel.Load(Models.Bytes("tiny-x3", haltingThreshold: 0.25f));

        Assert.AreEqual(("adaformer", "custom", 3, 3, 8, 0.25f), (model.Description.Architecture, model.Description.Preset,
            model.Description.Scale, model.Description.Blocks, model.Description.SizeMultiple, model.Description.HaltingThreshold));
        Assert.AreEqual(64, model.Description.WeightsSha256.Length);
    }

    [TestMethod]
    public void TilesBeginAtMultiplesOfTheWindowInPixels()
    {
        using var model = UpscalingModel.Load(Models.Bytes("tiny-x2-stride2"));

        Assert.AreEqual(16, model.Description.SizeMultiple, "windows of 8×8 tokens of 2×2 pixels");
    }

    [TestMethod]
    public void TheBuiltInModelMakesPicturesFourTimesLarger()
    {
        using var model = UpscalingModel.LoadBuiltIn();

        Assert.AreEqual(("compact", 4), (model.Description.Preset, model.Description.Scale));
        Assert.AreEqual(36, new Upscaler(model).Upscale(Models.Picture(9, 11)).Picture.Width);
    }

    /// <summary>Where tokens leave a network sooner than it was trained for, flat parts get a texture that PSNR over a picture hardly shows.</summary>
    [TestMethod]
    [DataRow(0), DataRow(128), DataRow(255)]
    public void AFlatPictureStaysFlat(int value)
    {
        foreach (var name in BuiltInModel.Names)
        {
            using var model = UpscalingModel.LoadByName(name);
            var flat = Pictures.Make(61, 45, PixelLayout.Rgb, 8, (_, _, _) => value);
            var large = new Upscaler(model).Upscale(flat).Picture;
            int[] samples = [.. from y in Enumerable.Range(0, large.Height) from x in Enumerable.Range(0, large.Width) from c in Enumerable.Range(0, 3) select large[x, y, c]];
            Assert.AreEqual(value, samples.Average(), 0.1, name);
            Assert.IsLessThanOrEqualTo(3, samples.Max(sample => Math.Abs(sample - value)), name);
        }
    }

    [TestMethod]
    public void AModelOfAFixedSizeHasItsOwnThreshold()
    {
        using var any = UpscalingModel.Load(Models.Bytes("tiny-x3", haltingThreshold: 0.25f));
        using var only = UpscalingModel.Load(Models.Bytes("tiny-x3", haltingThreshold: 0.25f, fixedSize: (14, 10)));
        var image = Enumerable.Range(0, 420).Select(index => index * 31 % 97 / 97f).ToArray();

        CollectionAssert.AreEqual(any.Run(image, 1, 10, 14).HaltingDepth, only.Run(image, 1, 10, 14, haltingThreshold: 0.25f).HaltingDepth);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => only.Run(image, 1, 10, 14, haltingThreshold: 0.5f));
        Assert.Contains("0.25", exception.Message);
        Assert.Contains("0.5", exception.Message);
    }

    [TestMethod]
    public void DamagedModelsAreRefused()
    {
        var bytes = Models.Bytes("tiny-x2-skip");
        foreach (var damaged in new[] { [], "not a model"u8.ToArray(), "<html>404 Not Found</html>"u8.ToArray(), bytes[..(bytes.Length / 2)], bytes[..200] })
            Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(damaged));
    }

    [TestMethod]
    [DataRow("scale", "2")]
    [DataRow("scale", "4")]
    [DataRow("blocks", "1")]
    public void AModelWhoseMetadataAreAnothersIsRefused(string key, string value)
    {
        var file = SafetensorsFile.Read(TestData.Fixture("tiny-x3.weights.safetensors"));
        var bytes = Models.Bytes("tiny-x3");
        // The metadata are strings in the file, each with its length before it.
        var (from, to) = (Encoding.ASCII.GetBytes($"{key}\x12\x01{file.Metadata[key]}"), Encoding.ASCII.GetBytes($"{key}\x12\x01{value}"));
        var at = bytes.AsSpan().IndexOf(from);
        Assert.IsGreaterThan(0, at);
        to.CopyTo(bytes, at);
        using var model = UpscalingModel.Load(bytes);

        var exception = Assert.ThrowsExactly<ModelFormatException>(() => new Upscaler(model, new UpscaleOptions { HaltingThreshold = 1e9f }).Upscale(Models.Picture(16, 8)));

        Assert.Contains("metadata", exception.Message);
    }

    [TestMethod]
    public void AMissingFileIsNamed()
    {
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => UpscalingModel.Load("nowhere/some.onnx"));

        Assert.Contains("nowhere/some.onnx", exception.Message);
    }

    [TestMethod]
    public void R18_ADeviceThatIsNotThereIsAnError()
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            Assert.Inconclusive("This ONNX Runtime has CUDA, so the device may well be there.");
        Assert.ThrowsExactly<DeviceUnavailableException>(() => UpscalingModel.Load(Models.Bytes("tiny-x4"), new ModelOptions { Device = Device.Cuda }));
        using var model = UpscalingModel.Load(Models.Bytes("tiny-x4"), new ModelOptions { Device = Device.Auto });
        Assert.AreEqual(Device.Cpu, model.Device);
    }

    [TestMethod]
    public void R13_ThreadsDoNotChangeTheAnswer()
    {
        var bytes = Models.Bytes("tiny-x4", 0.5f);
        var picture = Models.Picture(67, 41);
        float[]? first = null;
        for (var threads = 1; threads <= 4; threads++)
        {
            using var model = UpscalingModel.Load(bytes, new ModelOptions { Threads = threads });
            var image = PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, 67, 41, 0, 0, 67, 41));
            var upscaled = model.Run(image, 1, 41, 67).Upscaled;
            first ??= upscaled;
            Assert.IsLessThan(1e-5f, first.Zip(upscaled, (a, b) => Math.Abs(a - b)).Max(), $"{threads} threads");
        }
    }

    [TestMethod]
    public void ValuesThatDoNotFitTheSizesAreRefused()
    {
        using var model = Models.Load("tiny-x4");

        Assert.ThrowsExactly<ArgumentException>(() => model.Run(new float[10], 1, 2, 2));
        Assert.ThrowsExactly<ArgumentException>(() => model.Run([], 1, 0, 2));
        Assert.ThrowsExactly<ArgumentException>(() => model.Run(new float[12], 1, 2, 2, float.NaN));
    }

    [TestMethod]
    public async Task OneModelServesManyThreads()
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(31, 31);
        var expected = new Upscaler(model).Upscale(picture).Picture;

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new Upscaler(model).Upscale(picture).Picture)));

        foreach (var result in results)
        {
            for (var y = 0; y < expected.Height; y++)
                CollectionAssert.AreEqual(expected.Row8(y).ToArray(), result.Row8(y).ToArray());
        }
    }
}
