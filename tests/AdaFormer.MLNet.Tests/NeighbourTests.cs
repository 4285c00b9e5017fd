using AdaFormer.Export;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>
/// Our transform among ML.NET's own, and a fixed-size export run by its ApplyOnnxModel. PNG files are decoded by ML.NET, as blue, green, red and alpha.
/// </summary>
[TestClass]
public class NeighbourTests
{
    private const int Side = 96;
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void ImagesGoThroughAllOfThem()
    {
        var picture = Images.Picture(Side / 4, Side / 4);
        var data = Load(picture);
        var pipeline = _context.Transforms.LoadImages("Image", _folder.FullName, "Path")
            .Append(_context.Transforms.AdaFormerUpscale(Options("Large")))
            .Append(_context.Transforms.ResizeImages("Sized", Side, Side, "Large"))
            .Append(_context.Transforms.ExtractPixels("image", "Sized", scaleImage: 1 / 255f))
            .Append(_context.Transforms.ApplyOnnxModel("upscaled", "image", FixedSize()));

        var larger = pipeline.Fit(data).Transform(data).GetColumn<float[]>("upscaled").Single();

        using var model = UpscalingModel.Load(AnySize());
        var upscaler = new Upscaler(model);
        AssertSamePixels(upscaler.Upscale(upscaler.Upscale(picture).Picture).Picture, larger);
    }

    [TestMethod]
    public void ApplyOnnxModelGivesTheSamePixelsAsOurTransform()
    {
        var data = Load(Images.Picture(Side, Side));
        var pipeline = _context.Transforms.LoadImages("Image", _folder.FullName, "Path")
            .Append(_context.Transforms.ResizeImages("Image", Side, Side))
            .Append(_context.Transforms.AdaFormerUpscale(Options("Large")))
            .Append(_context.Transforms.ExtractPixels("image", "Image", scaleImage: 1 / 255f))
            .Append(_context.Transforms.ApplyOnnxModel("upscaled", "image", FixedSize()));
        var both = pipeline.Fit(data).Transform(data);

        var ours = Images.Pixels(both, "Large").Single()!;
        var stock = both.GetColumn<float[]>("upscaled").Single();

        var plane = stock.Length / 3;
        for (var index = 0; index < plane; index++)
        {
            for (var channel = 0; channel < 3; channel++)
                AssertSamePixel(ours[(4 * index) + 2 - channel], stock[(channel * plane) + index], $"pixel {index}, channel {channel}");
        }
    }

    private IDataView Load(Picture picture)
    {
        using (var file = File.Create(_folder.File("a.png")))
            PngFile.Save(picture, file);
        return _context.Data.LoadFromEnumerable([new PathRow { Path = "a.png" }]);
    }

    private static AdaFormerUpscalingOptions Options(string output) => new() { OutputColumnName = output, InputColumnName = "Image", ModelBytes = AnySize() };

    private static byte[] AnySize() => OnnxExporter.Export(Weights());

    private string FixedSize()
    {
        var path = _folder.File("fixed.onnx");
        File.WriteAllBytes(path, OnnxExporter.Export(Weights(), new ExportOptions { FixedSize = (Side, Side) }));
        return path;
    }

    private static byte[] Weights() => File.ReadAllBytes(Path.Combine(TestData.Repository, "models", "tiny-x4", "tiny-x4.safetensors"));

    private static void AssertSamePixels(Picture expected, float[] planar)
    {
        var plane = expected.Width * expected.Height;
        Assert.HasCount(3 * plane, planar);
        for (var index = 0; index < planar.Length; index++)
        {
            var pixel = index % plane;
            AssertSamePixel(expected[pixel % expected.Width, pixel / expected.Width, index / plane], planar[index], $"pixel {pixel}, channel {index / plane}");
        }
    }

    // Where sizes are known ONNX Runtime fuses more, and sums in another order: values differ by about 2e-7, which now and then crosses the
    // border between two levels.
    private static void AssertSamePixel(int expected, float value, string where) =>
        Assert.AreEqual(expected, Math.Clamp(value, 0, 1) * 255, 0.5 + 1e-3, where);
}
