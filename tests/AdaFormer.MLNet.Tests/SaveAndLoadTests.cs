using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>
/// Pipelines saved here and loaded in a process of their own. Images are PNG files written by this project and decoded by ML.NET, as blue,
/// green, red and alpha.
/// </summary>
[TestClass]
public class SaveAndLoadTests
{
    // ML.NET cannot save a schema that has only images in it.
    private static readonly DataViewSchema? NoSchema = null;
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AFreshProcessLoadsAPipelineOfImages(bool sized)
    {
        var picture = Images.Picture(12, 10);
        var data = _context.Data.LoadFromEnumerable([new PathRow { Path = Save("a.png", picture) }]);
        var load = _context.Transforms.LoadImages("Image", null, "Path");
        var upscale = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingDepthColumnName: "Depth", haltedShareColumnName: "Share");
        ITransformer model = sized
            ? load.Append(_context.Transforms.ResizeImages("Image", 12, 10)).Append(upscale).Fit(data)
            : load.Append(upscale).Fit(data);
        _context.Model.Save(model, data.Schema, _folder.File("model.zip"));

        var (code, output) = FreshProcess.Run("paths", _folder.File("model.zip"), _folder.File("pixels"), _folder.File("a.png"), _folder.File("a.png"));

        Assert.AreEqual(0, code, output);
        var pixels = FreshProcess.Read(_folder.File("pixels"));
        Assert.HasCount(2, pixels);
        CollectionAssert.AreEqual(Images.Upscaled(picture, MLPixelFormat.Bgra32), pixels[1]);
    }

    [TestMethod]
    public void AFreshProcessPredictsFromVectors()
    {
        var data = _context.Data.LoadFromEnumerable([new FreshProcess.FloatsRow { Pixels = FreshProcess.Gradient() }]);
        var options = new AdaFormerUpscalingOptions
        {
            OutputColumnName = "Large",
            InputColumnName = "Pixels",
            VectorLayout = new PixelVectorLayout(FreshProcess.Width, FreshProcess.Height) { Interleaved = true, Maximum = 1 },
        };
        var model = _context.Transforms.AdaFormerUpscale(options).Fit(data);
        _context.Model.Save(model, data.Schema, _folder.File("model.zip"));

        var (code, output) = FreshProcess.Run("floats", _folder.File("model.zip"));

        Assert.AreEqual(0, code, output);
        Assert.AreEqual(FreshProcess.Sum(model.Transform(data).GetColumn<float[]>("Large").Single()), output.Trim());
    }

    [TestMethod]
    public void AReferredModelIsLoadedByItsHashOnly()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        var onnx = _folder.File("model.onnx");
        File.WriteAllBytes(onnx, BuiltInModel.Read());
        Save("inside.zip", ModelStorage.Inside);
        var zip = Save("reference.zip", ModelStorage.Reference);
        Assert.IsLessThan(new FileInfo(_folder.File("inside.zip")).Length / 10, new FileInfo(zip).Length);

        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Predict());
        File.WriteAllBytes(onnx, [.. BuiltInModel.Read(), 0]);
        Assert.Contains("SHA-256", Assert.Throws<Exception>(() => Predict()).ToString());
        File.Delete(onnx);
        Assert.Contains("neither a built-in model nor a file", Assert.Throws<Exception>(() => Predict()).ToString());
        File.WriteAllBytes(onnx, BuiltInModel.Read());
        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Predict());

        string Save(string name, ModelStorage storage)
        {
            var options = new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", Model = onnx, ModelStorage = storage };
            _context.Model.Save(_context.Transforms.AdaFormerUpscale(options).Fit(data), NoSchema, _folder.File(name));
            return _folder.File(name);
        }

        byte[] Predict()
        {
            var model = new MLContext().Model.Load(zip, out _);
            return Images.Pixels(model.Transform(data), "Large").Single()!;
        }
    }

    [TestMethod]
    public void TheBuiltInModelCanBeReferredToByName()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "Image", Model = "tiny-x4", ModelStorage = ModelStorage.Reference };
        _context.Model.Save(_context.Transforms.AdaFormerUpscale(options).Fit(data), NoSchema, _folder.File("model.zip"));

        var model = new MLContext().Model.Load(_folder.File("model.zip"), out _);

        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Images.Pixels(model.Transform(data), "Image").Single());
    }

    private string Save(string name, Picture picture)
    {
        using var file = File.Create(_folder.File(name));
        PngFile.Save(picture, file);
        return _folder.File(name);
    }
}
