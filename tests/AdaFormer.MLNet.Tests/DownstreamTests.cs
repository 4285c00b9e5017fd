using AdaFormer.Imaging;
using AdaFormer.MLNet;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Pipelines that go on behind ours, where several transforms read one column.</summary>
[TestClass]
public class DownstreamTests
{
    private const int Length = 16 * 3 * SizedImageRow.Width * SizedImageRow.Height;
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void AClusteringPredictsWithPixelsAndScore()
    {
        var data = Load(6);
        var model = _context.Transforms.AdaFormerUpscale("Large", "Image")
            .Append(_context.Transforms.ExtractPixels("P", "Large"))
            .Append(_context.Clustering.Trainers.KMeans("P", numberOfClusters: 2))
            .Fit(data);

        AssertPredictsPixelsAndScore(model);
    }

    [TestMethod]
    public void SeveralTransformsReadOneColumnOfImages()
    {
        var data = Load(4);
        var all = _context.Transforms.AdaFormerUpscale("Large", "Image")
            .Append(_context.Transforms.ExtractPixels("P", "Large"))
            .Append(_context.Transforms.ConvertToGrayscale("Grey", "Large"))
            .Append(_context.Transforms.ResizeImages("Same", 4 * SizedImageRow.Width, 4 * SizedImageRow.Height, "Large"))
            .Append(_context.Transforms.ResizeImages("Small", SizedImageRow.Width, SizedImageRow.Height, "Large"))
            .Append(_context.Transforms.ExtractPixels("GreyPixels", "Grey"))
            .Append(_context.Transforms.ExtractPixels("SmallPixels", "Small"))
            .Append(_context.Transforms.NormalizeMinMax("MinMax", "P"))
            .Append(_context.Transforms.NormalizeMeanVariance("MeanVariance", "P"))
            .Append(_context.Transforms.Concatenate("All", "P", "GreyPixels", "SmallPixels", "MinMax", "MeanVariance"))
            .Fit(data).Transform(data);

        var row = 0;
        foreach (var read in _context.Data.CreateEnumerable<Everything>(all, reuseRowObject: false))
        {
            var expected = Images.Upscale(Picture(row++)).Picture;
            CollectionAssert.AreEqual(Planar(expected), read.P);
            CollectionAssert.AreEqual(read.P, read.All![..Length]);
            using var image = Images.Image(expected);
            CollectionAssert.AreEqual(image.Pixels.ToArray(), read.Same!.Pixels.ToArray());
            Assert.AreEqual(SizedImageRow.Width, read.Small!.Width);
        }

        Assert.AreEqual(4, row);
    }

    [TestMethod]
    public void SeveralTransformsReadOneVector()
    {
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "P", InputColumnName = "Small", VectorLayout = new PixelVectorLayout(SizedImageRow.Width, SizedImageRow.Height) };
        var data = Load(5);
        var model = _context.Transforms.ExtractPixels("Small", "Image")
            .Append(_context.Transforms.AdaFormerUpscale(options))
            .Append(_context.Transforms.NormalizeMinMax("MinMax", "P"))
            .Append(_context.Transforms.NormalizeMeanVariance("MeanVariance", "P"))
            .Append(_context.Clustering.Trainers.KMeans("MinMax", numberOfClusters: 2))
            .Fit(data);

        AssertPredictsPixelsAndScore(model);
    }

    [TestMethod]
    public void AMissingImageAfterAnImageIsMissing()
    {
        var data = Images.Load(_context, Row(1), new SizedImageRow(), Row(2));
        var model = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data);

        var images = _context.Data.CreateEnumerable<LargeImageRow>(model.Transform(data), reuseRowObject: false).Select(row => row.Large?.Width).ToArray();
        CollectionAssert.AreEqual(new int?[] { 48, null, 48 }, images);
        using var engine = _context.Model.CreatePredictionEngine<SizedImageRow, LargeImageRow>(model);
        Assert.AreEqual(48, engine.Predict(Row(1)).Large!.Width);
        Assert.IsNull(engine.Predict(new SizedImageRow()).Large);
        Assert.AreEqual(48, engine.Predict(Row(1)).Large!.Width);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void AnImagesTagGoesAlong(bool known)
    {
        var image = Images.Image(12, 10);
        image.Tag = "beach.png";
        var data = known ? Images.Load(_context, new SizedImageRow { Image = image }) : Images.Load(_context, new ImageRow { Image = image });

        var large = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data);

        Assert.AreEqual("beach.png", large.GetColumn<MLImage>("Large").Single().Tag);
    }

    [TestMethod]
    public void AUsersColumnsStay()
    {
        var data = Images.Load(_context, new Named { Image = Images.Image(12, 10), Key = "key", Other = 7 });

        var large = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data);

        CollectionAssert.AreEqual(new[] { "Image", "AdaFormer.Key", "AdaFormer.Image", "Large" }, large.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual("key", large.GetColumn<string>("AdaFormer.Key").Single());
    }

    [TestMethod]
    public void EveryHeightHasOneSpareRow()
    {
        foreach (var height in Enumerable.Range(1, 40).Concat([576, 2851, 2852, 3000, 4320, 7681, 20000]))
            Assert.IsTrue(SpareRow.Of(height) >= 0 && SpareRow.Of(height) <= height);
    }

    [TestMethod]
    [DataRow(9, 9), DataRow(40, 7)]
    public void AnImageOfAnotherSizeThanItsColumnGetsTheSizeThatIsPromised(int width, int height)
    {
        var picture = Images.Picture(width, height);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) });
        var model = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingDepthColumnName: "Depth").Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(model, null, file);

        using var expected = Images.Image(BicubicResampler.ToSize(Images.Upscale(picture).Picture, 48, 40));
        foreach (var transformer in new[] { model, new MLContext().Model.Load(file, out _) })
        {
            var large = transformer.Transform(data);
            CollectionAssert.AreEqual(expected.Pixels.ToArray(), Images.Pixels(large, "Large").Single());
            Assert.HasCount(120, large.GetColumn<float[]>("Depth").Single());
        }
    }

    private void AssertPredictsPixelsAndScore(ITransformer model)
    {
        using var engine = _context.Model.CreatePredictionEngine<SizedImageRow, Clustered>(model);
        for (var row = 0; row < 3; row++)
        {
            var prediction = engine.Predict(Row(row));
            CollectionAssert.AreEqual(Planar(Images.Upscale(Picture(row)).Picture), prediction.P);
            Assert.HasCount(2, prediction.Score!);
        }
    }

    // New images each time they are read: ML.NET's ExtractPixels disposes what it has read.
    private IDataView Load(int rows)
    {
        _context.Data.RegisterImages();
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(Row));
    }

    private static Picture Picture(int row) => Images.Picture(SizedImageRow.Width, SizedImageRow.Height, seed: row);

    private static SizedImageRow Row(int row) => new() { Image = Images.Image(Picture(row)) };

    private static float[] Planar(Picture picture)
    {
        var plane = picture.Width * picture.Height;
        return [.. Enumerable.Range(0, 3 * plane).Select(index => (float)picture[index % picture.Width, index % plane / picture.Width, index / plane])];
    }

    public sealed class Clustered
    {
        public float[]? P { get; set; }

        public float[]? Score { get; set; }
    }

    public sealed class Everything
    {
        public float[]? P { get; set; }

        public float[]? All { get; set; }

        public MLImage? Same { get; set; }

        public MLImage? Small { get; set; }
    }

    public sealed class Named
    {
        public MLImage? Image { get; set; }

        [ColumnName("AdaFormer.Key")]
        public string? Key { get; set; }

        [ColumnName("AdaFormer.Image")]
        public float Other { get; set; }
    }
}
