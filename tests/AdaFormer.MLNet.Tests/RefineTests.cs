using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>A second model in pipelines, saved and loaded.</summary>
[TestClass]
public class RefineTests
{
    private static readonly Picture Picture = Images.Picture(12, 10);
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow(ModelStorage.Inside), DataRow(ModelStorage.Reference)]
    public void APipelineIsSavedAndLoadedWithIt(ModelStorage storage)
    {
        var fitted = _context.Transforms.AdaFormerUpscale(Options(1, storage)).Fit(Data());

        _context.Model.Save(fitted, null, _folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);

        CollectionAssert.AreEqual(Expected(1), Images.Pixels(fitted.Transform(Data()), "Large").Single());
        CollectionAssert.AreEqual(Expected(1), Images.Pixels(loaded.Transform(Data()), "Large").Single());
        CollectionAssert.AreNotEqual(Expected(0), Expected(1));
    }

    /// <summary>A file of the format is here, and must load for ever.</summary>
    [TestMethod]
    public void APipelineOfFormat3Loads()
    {
        var loaded = new MLContext().Model.Load(TestData.Fixture("pipelines", "format-3-refined.zip"), out _);

        CollectionAssert.AreEqual(Expected(1), Images.Pixels(loaded.Transform(Data()), "Large").Single());
    }

    [TestMethod]
    public void NothingIsRefinedAtAShareOf0() => CollectionAssert.AreEqual(Expected(0), Images.Pixels(_context.Transforms.AdaFormerUpscale(Options(0)).Fit(Data()).Transform(Data()), "Large").Single());

    [TestMethod]
    public void WhatMakesNoSenseIsRefusedWhenTheEstimatorIsMade()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.AdaFormerUpscale(Options(2)));
        var other = Options(1);
        other.RefineModel = "tiny-x3";
        Assert.Contains("3 times larger", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.AdaFormerUpscale(other)).Message);
        using var model = UpscalingModel.Load(Model("unrelated-x2"));
        var unsaved = Options(1);
        unsaved.Upscaling = new UpscaleOptions { Refinement = new Refinement(model) };
        Assert.Contains("RefineModel", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.AdaFormerUpscale(unsaved)).Message);
    }

    private static AdaFormerUpscalingOptions Options(double share, ModelStorage storage = ModelStorage.Inside) => new()
    {
        OutputColumnName = "Large", InputColumnName = "Image", Model = Model("levels-x2"), RefineModel = Model("unrelated-x2"), RefineShare = share, ModelStorage = storage,
    };

    private static string Model(string name) => TestData.Fixture("models", $"{name}.onnx");

    private static byte[] Expected(double share)
    {
        using var first = UpscalingModel.Load(Model("levels-x2"));
        using var second = UpscalingModel.Load(Model("unrelated-x2"));
        using var image = Images.Image(new Upscaler(first, new UpscaleOptions { Refinement = new Refinement(second) { Share = share } }).Upscale(Picture).Picture, MLPixelFormat.Rgba32);
        return image.Pixels.ToArray();
    }

    private IDataView Data() => Images.Load(_context, new ImageRow { Image = Images.Image(Picture) });
}
