using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.Tests;

/// <summary>Wrong columns and options, refused in ML.NET's kind of words.</summary>
[TestClass]
public class WrongColumnTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void AMissingColumnIsNamed()
    {
        var estimator = _context.Transforms.AdaFormerUpscale("Large", "Photo");

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(Paths()));

        Assert.AreEqual("inputSchema", exception.ParamName);
        Assert.Contains("Could not find input column 'Photo'", exception.Message);
    }

    [TestMethod]
    public void AColumnOfAnotherTypeIsNamed()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.AdaFormerUpscale("Large", "Path").Fit(Paths()));

        Assert.Contains("Schema mismatch for input column 'Path': expected image, got String", exception.Message);
    }

    [TestMethod]
    public void AWrongColumnInTheMiddleOfAPipelineIsFoundWhenItIsFitted()
    {
        var pipeline = _context.Transforms.CopyColumns("Image", "Path").Append(_context.Transforms.AdaFormerUpscale("Large", "Image"));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(Paths()));

        Assert.Contains("'Image'", exception.Message);
    }

    [TestMethod]
    public void AModelThatDoesNotHaltWorksAndHasNoColumnsOfHalting()
    {
        var file = TestData.Fixture("checkpoints", "etds-x2.pth");
        var onnx = OnnxExporter.Export(CheckpointImport.ToSafetensors(CheckpointReader.Read(file), File.ReadAllBytes(file), new ExportOptions()));
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        AdaFormerUpscalingOptions Options() => new() { OutputColumnName = "Large", InputColumnName = "Image", ModelBytes = onnx };
        var (depth, share) = (Options(), Options());
        (depth.HaltingDepthColumnName, share.HaltedShareColumnName) = ("Depth", "Share");

        var large = _context.Transforms.AdaFormerUpscale(Options()).Fit(data).Transform(data);

        Assert.HasCount(24 * 20 * 4, Images.Pixels(large, "Large").Single()!);
        Assert.Contains("'Depth'", Assert.Throws<ArgumentException>(() => _context.Transforms.AdaFormerUpscale(depth).Fit(data)).Message);
        Assert.Contains("'Share'", Assert.Throws<ArgumentException>(() => _context.Transforms.AdaFormerUpscale(share).Fit(data)).Message);
    }

    [TestMethod]
    public void ShapesOfSchemasArePropagated()
    {
        // No public way leads from a schema to its shape, except through an estimator.
        var rows = _context.Transforms.CustomMapping<Empty, SizedImageRow>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        var before = _context.Transforms.CopyColumns("Copy", "Image").GetOutputSchema(rows);

        var shape = _context.Transforms.AdaFormerUpscale("Large", "Copy", haltingDepthColumnName: "Depth", haltedShareColumnName: "Share").GetOutputSchema(before);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.AdaFormerUpscale("Larger", "Depth").GetOutputSchema(shape));

        CollectionAssert.AreEquivalent(new[] { "Image", "Copy", "Large", "Depth", "Share" }, shape.Select(column => column.Name).ToArray());
        var large = shape.Single(column => column.Name == "Large");
        Assert.AreEqual(new ImageDataViewType(40, 48), large.ItemType);
        Assert.Contains("Schema mismatch for input column 'Depth': expected image", exception.Message);
    }

    [TestMethod]
    public void AColumnOfAnotherSizeThanWhenItWasFittedGetsTheSizeThatIsPromised()
    {
        var transformer = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(Images.Load(_context, new SizedImageRow()));

        var large = transformer.Transform(Images.Load(_context, new ImageRow { Image = Images.Image(7, 5) }));

        Assert.AreEqual("Image<40, 48>", $"{large.Schema["Large"].Type}");
        Assert.HasCount(4 * 40 * 48, Images.Pixels(large, "Large").Single()!);
    }

    [TestMethod]
    public void AResultTooLargeForASizedColumnIsRefusedByName()
    {
        var data = _context.Transforms.ResizeImages("Image", 8192, 5000).Fit(Images.Load(_context, new ImageRow())).Transform(Images.Load(_context, new ImageRow()));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data));

        Assert.Contains("Column 'Large' would have images of 32768×20000 pixels", exception.Message);
    }

    [TestMethod]
    public void AVectorOfAnotherSizeIsRefused()
    {
        var data = _context.Data.LoadFromEnumerable([new FreshProcess.FloatsRow { Pixels = FreshProcess.Gradient() }]);
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Pixels", VectorLayout = new PixelVectorLayout(5, 5) };

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.AdaFormerUpscale(options).Fit(data));

        Assert.Contains("'Pixels': expected known-size vector of Byte or Single with 5×5×3 = 75 values, got Vector<Single, 144>", exception.Message);
    }

    [TestMethod]
    public void ImpossibleOptionsAreRefused()
    {
        Refused("different names", new() { OutputColumnName = "A", HaltedShareColumnName = "A" });
        Refused("NaN", new() { Upscaling = new UpscaleOptions { HaltingThreshold = float.NaN } });
        Refused("one of them", new() { Model = "tiny-x4", ModelBytes = [1] });
        Refused("ModelStorage.Inside", new() { ModelBytes = [1], ModelStorage = ModelStorage.Reference });
        Refused("Device.Cpu", new() { ModelOptions = new ModelOptions { GpuDeviceId = -1 } });
        Refused("Trusted", new() { ModelOptions = new ModelOptions { Trusted = true } });
        Refused("1, 3 or 4", new() { VectorLayout = new PixelVectorLayout(1, 1) { Channels = 2 } });
        Refused("255 or 1", new() { VectorLayout = new PixelVectorLayout(1, 1) { Maximum = 2 } });
        Refused("at least", new() { Upscaling = new UpscaleOptions { TileSize = 16 } });
        Refused("memory budget", new() { Upscaling = new UpscaleOptions { MemoryBudget = 1_000_000 } });
        var missing = Assert.ThrowsExactly<FileNotFoundException>(() => _context.Transforms.AdaFormerUpscale("A", model: "tiny-x5"));
        Assert.Contains("Built in: photo-x2, photo-x4, tiny-x2, tiny-x3, tiny-x4", missing.Message);
        Assert.ThrowsExactly<ModelFormatException>(() => _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { ModelBytes = [1, 2, 3] }));
    }

    [TestMethod]
    public void AGpuThatIsNotThereIsAnErrorUnlessTheCpuWillDo()
    {
        if (Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            Assert.Inconclusive("There is a GPU.");
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });

        var without = _context.Transforms.AdaFormerUpscale("Large", "Image", gpuDeviceId: 0).Fit(data).Transform(data);
        Assert.Contains(nameof(DeviceUnavailableException), Assert.Throws<Exception>(() => Images.Pixels(without, "Large")).ToString());

        // The context's own setting, which the constructor can see and the catalog cannot.
        _context.GpuDeviceId = 0;
        _context.FallbackToCpu = true;
        var with = new AdaFormerUpscalingEstimator(_context, new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image" }).Fit(data).Transform(data);
        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Images.Pixels(with, "Large").Single());
    }

    private void Refused(string words, AdaFormerUpscalingOptions options)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.AdaFormerUpscale(options));
        Assert.Contains(words, exception.Message);
    }

    private IDataView Paths() => _context.Data.LoadFromEnumerable([new PathRow { Path = "a.png" }]);

    private sealed class Empty
    {
    }
}
