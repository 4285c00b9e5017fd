using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.Tests;

/// <summary>Models of other makers in pipelines, saved and loaded.</summary>
[TestClass]
public class ForeignModelTests
{
    private static readonly Picture Picture = Images.Picture(12, 10);
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow("compact_x4_dyn", false, false), DataRow("compact_x4_fixed32", true, true), DataRow("compact_x4_fp16", true, false), DataRow("levels-x2", true, true), DataRow("repair-x1", false, true), DataRow("repair-x1", true, true)]
    public void APipelineIsSavedAndLoaded(string name, bool sized, bool reference)
    {
        var data = Data(sized);
        var options = new AdaFormerUpscalingOptions
        {
            OutputColumnName = "Large", InputColumnName = "Image", Model = Model(name), ModelStorage = reference ? ModelStorage.Reference : ModelStorage.Inside,
        };
        var fitted = _context.Transforms.AdaFormerUpscale(options).Fit(data);

        var large = fitted.Transform(data);
        var loaded = Loaded(fitted).Transform(data);

        var expected = Expected(name);
        CollectionAssert.AreEqual(expected, Images.Pixels(large, "Large").Single());
        CollectionAssert.AreEqual(expected, Images.Pixels(loaded, "Large").Single());
        if (sized)
            Assert.AreEqual(12 * fitted.Model.Scale, ((ImageDataViewType)loaded.Schema["Large"].Type).Width);
    }

    [TestMethod]
    public void TheRangeIsSaved()
    {
        var data = Data(sized: false);
        var options = new AdaFormerUpscalingOptions
        {
            OutputColumnName = "Large", InputColumnName = "Image", Model = Model("unrelated-x2"), ModelOptions = new ModelOptions { Device = Device.Cpu, Range = PixelRange.ZeroTo255 },
        };

        var loaded = Loaded(_context.Transforms.AdaFormerUpscale(options).Fit(data)).Transform(data);

        CollectionAssert.AreEqual(Expected("unrelated-x2", PixelRange.ZeroTo255), Images.Pixels(loaded, "Large").Single());
        CollectionAssert.AreNotEqual(Expected("unrelated-x2"), Images.Pixels(loaded, "Large").Single());
    }

    /// <summary>A file of the format is here, and must load for ever.</summary>
    [TestMethod]
    public void APipelineOfFormat2Loads()
    {
        var loaded = new MLContext().Model.Load(TestData.Fixture("pipelines", "format-2-range.zip"), out _);

        CollectionAssert.AreEqual(Expected("unrelated-x2", PixelRange.ZeroTo255), Images.Pixels(loaded.Transform(Data(sized: false)), "Large").Single());
    }

    [TestMethod]
    public void AFreshProcessLoadsIt()
    {
        using (var file = File.Create(_folder.File("a.png")))
            PngFile.Save(Picture, file);
        var data = _context.Data.LoadFromEnumerable([new PathRow { Path = _folder.File("a.png") }]);
        var model = _context.Transforms.LoadImages("Image", null, "Path").Append(_context.Transforms.AdaFormerUpscale("Large", "Image", Model("levels-x2"))).Fit(data);
        _context.Model.Save(model, data.Schema, _folder.File("model.zip"));

        var (code, output) = FreshProcess.Run("paths", _folder.File("model.zip"), _folder.File("pixels"), _folder.File("a.png"));

        Assert.AreEqual(0, code, output);
        CollectionAssert.AreEqual(Expected("levels-x2", format: MLPixelFormat.Bgra32), FreshProcess.Read(_folder.File("pixels")).Single());
    }

    [TestMethod]
    public void ItIsTriedOnce()
    {
        var data = Data(sized: false);
        var before = SharedModels.Loads;

        var estimator = _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", ModelBytes = [.. File.ReadAllBytes(Model("repair-x1")), 0x72, 0] });
        Images.Pixels(estimator.Fit(data).Transform(data), "Large");
        Images.Pixels(estimator.Fit(data).Transform(data), "Large");

        Assert.AreEqual(before + 1, SharedModels.Loads);
        GC.KeepAlive(estimator);
    }

    [TestMethod]
    public void WhatIsAssumedIsLogged()
    {
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);

        _context.Transforms.AdaFormerUpscale("Large", "Image", Model("unrelated-x2")).Fit(Data(sized: false));

        Assert.Contains(line => line.Contains("ModelOptions.Range", StringComparison.Ordinal), lines);
    }

    [TestMethod]
    public void AModelOfSomethingElseIsRefusedWhenTheEstimatorIsMade()
    {
        var exception = Assert.ThrowsExactly<ModelFormatException>(() => _context.Transforms.AdaFormerUpscale("Large", "Image", Model("two-pictures")));

        Assert.Contains("two-pictures.onnx' is not a model that enlarges pictures: it takes 2 inputs", exception.Message);
        Assert.Contains("does not halt", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.AdaFormerUpscale("Large", "Image", Model("repair-x1"), haltedShareColumnName: "Share")).Message);
    }

    private static string Model(string name) => TestData.Fixture("models", $"{name}.onnx");

    private static byte[] Expected(string name, PixelRange? range = null, MLPixelFormat format = MLPixelFormat.Rgba32)
    {
        using var model = UpscalingModel.Load(Model(name), new ModelOptions { Device = Device.Cpu, Range = range });
        using var image = Images.Image(new Upscaler(model).Upscale(Picture).Picture, format);
        return image.Pixels.ToArray();
    }

    private IDataView Data(bool sized) => sized
        ? Images.Load(_context, new SizedImageRow { Image = Images.Image(Picture) })
        : Images.Load(_context, new ImageRow { Image = Images.Image(Picture) });

    private ITransformer Loaded(ITransformer fitted)
    {
        _context.Model.Save(fitted, null, _folder.File("model.zip"));
        return new MLContext().Model.Load(_folder.File("model.zip"), out _);
    }
}
