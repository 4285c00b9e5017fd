using System.IO.Compression;
using System.Text.RegularExpressions;
using AdaFormer.Export;
using AdaFormer.Imaging.Png;
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

    [TestMethod]
    public void ALoadThatFailsLeavesNothingBehind()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        var path = _folder.File("model.zip");
        _context.Model.Save(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data), NoSchema, path);
        var whole = File.ReadAllBytes(path);

        // Steps are missing behind the size's first digits.
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var step = zip.Entries.Where(entry => Regex.IsMatch(entry.FullName, @"Transform_00[5-9]/|Transform_01\d/")).ToArray();
            Assert.IsNotEmpty(step);
            foreach (var entry in step)
                entry.Delete();
        }

        Assert.Throws<Exception>(() => new MLContext().Model.Load(path, out _));
        File.WriteAllBytes(path, whole);
        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Images.Pixels(new MLContext().Model.Load(path, out _).Transform(data), "Large").Single());
    }

    [TestMethod]
    public void ALoadedPipelineOfUnknownSizeTakesASizeThatWasRegistered()
    {
        var picture = Images.Picture(37, 23);
        var data = Images.Load(_context, new ImageRow { Image = Images.Image(picture) });
        using var file = new MemoryStream();
        _context.Model.Save(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data), NoSchema, file);
        var sized = _context.Transforms.ResizeImages("Image", 37, 23).Fit(data).Transform(data);

        _context.Data.RegisterImages(37, 23);

        CollectionAssert.AreEqual(Images.Upscaled(picture), Images.Pixels(new MLContext().Model.Load(file, out _).Transform(sized), "Large").Single());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Data.RegisterImages(0, 23));
    }

    [TestMethod]
    public void ARelativePathIsKeptAsAWholeOne()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        File.WriteAllBytes(_folder.File("model.onnx"), BuiltInModel.Read());
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder.File("model.onnx"));
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", Model = relative, ModelStorage = ModelStorage.Reference };
        _context.Model.Save(_context.Transforms.AdaFormerUpscale(options).Fit(data), NoSchema, _folder.File("model.zip"));
        File.Delete(_folder.File("model.onnx"));

        var missing = Assert.Throws<Exception>(() => Images.Pixels(new MLContext().Model.Load(_folder.File("model.zip"), out _).Transform(data), "Large"));

        Assert.Contains($"'{_folder.File("model.onnx")}'", missing.ToString());
    }

    /// <summary>A file of each format that was released is here, and must load for ever.</summary>
    [TestMethod]
    [DataRow("format-1-unsized.zip"), DataRow("format-1-sized.zip"), DataRow("format-1-vector.zip")]
    public void PipelinesOfAllReleasedFormatsLoad(string name)
    {
        var file = TestData.Fixture("pipelines", name);
        var picture = Images.Picture(12, 10);
        var data = name.Contains("vector", StringComparison.Ordinal)
            ? _context.Transforms.ExtractPixels("Image", "Image").Fit(Sized()).Transform(Sized())
            : name.Contains("unsized", StringComparison.Ordinal) ? Images.Load(_context, new ImageRow { Image = Images.Image(picture) }) : Sized();

        var large = new MLContext().Model.Load(file, out _).Transform(data);

        using var model = UpscalingModel.Load(OnnxExporter.Export(File.ReadAllBytes(TestData.Fixture("tiny-x2-skip.weights.safetensors"))), new ModelOptions { Device = Device.Cpu });
        var expected = new Upscaler(model).Upscale(picture).Picture;
        if (large.Schema["Large"].Type is VectorDataViewType)
        {
            var plane = expected.Width * expected.Height;
            CollectionAssert.AreEqual(Enumerable.Range(0, 3 * plane).Select(index => (float)expected[index % expected.Width, index % plane / expected.Width, index / plane]).ToArray(), large.GetColumn<float[]>("Large").Single());
        }
        else
        {
            using var image = Images.Image(expected);
            CollectionAssert.AreEqual(image.Pixels.ToArray(), Images.Pixels(large, "Large").Single());
        }

        IDataView Sized() => Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) });
    }

    private string Save(string name, Picture picture)
    {
        using var file = File.Create(_folder.File(name));
        PngFile.Save(picture, file);
        return _folder.File(name);
    }
}
