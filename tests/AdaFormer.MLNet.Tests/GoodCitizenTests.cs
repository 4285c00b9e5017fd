using System.Collections.Concurrent;
using System.Diagnostics;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Laziness, threads, sessions, memory, and the ways in which ML.NET's users look at data. Nothing is decoded.</summary>
[TestClass]
public class GoodCitizenTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void AnUnusedColumnLoadsNoModel()
    {
        // A model of this test's own, so that no other test has loaded it.
        var model = OwnModel(0.9123f);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        var loads = SharedModels.Loads;

        var large = Upscale(model).Fit(data).Transform(data);
        Images.Pixels(large, "Image");
        Assert.AreEqual(10, large.GetColumn<MLImage>("Image").Single().Height);
        Assert.AreEqual(loads, SharedModels.Loads, "The model was loaded though nobody asked for the column.");

        Images.Pixels(large, "Large");
        Assert.AreEqual(loads + 1, SharedModels.Loads);
    }

    [TestMethod]
    public void OneSessionServesManyPipelinesAndRows()
    {
        var model = OwnModel(0.8765f);
        var rows = Enumerable.Range(0, 5).Select(_ => new SizedImageRow { Image = Images.Image(12, 10) }).ToArray();
        var loads = SharedModels.Loads;

        var pipelines = Enumerable.Range(0, 3).Select(_ =>
        {
            var context = new MLContext();
            var data = Images.Load(context, rows);
            return Upscale(model).Fit(data).Transform(data);
        }).ToArray();
        Parallel.ForEach(pipelines, large => Images.Pixels(large, "Large"));

        Assert.AreEqual(loads + 1, SharedModels.Loads);
        GC.KeepAlive(pipelines);
    }

    [TestMethod]
    public void ParallelCursorsGiveEachRowItsOwn()
    {
        // Images cannot be cached, and what is not cached is read by one cursor; so the rows are vectors.
        var rows = Enumerable.Range(0, 24).Select(row => new FreshProcess.FloatsRow { Pixels = [.. FreshProcess.Gradient().Select(sample => sample * row / 24)] }).ToArray();
        var data = _context.Data.Cache(_context.Data.LoadFromEnumerable(rows));
        var layout = new PixelVectorLayout(FreshProcess.Width, FreshProcess.Height) { Maximum = 1 };
        var large = _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Pixels", VectorLayout = layout }).Fit(data).Transform(data);
        var expected = large.GetColumn<float[]>("Large").Select(FreshProcess.Sum).ToArray();
        var found = new ConcurrentBag<(long Cursor, string Sum)>();

        var cursors = large.GetRowCursorSet([large.Schema["Large"]], 4);
        Parallel.ForEach(cursors, (cursor, _, index) =>
        {
            var getter = cursor.GetGetter<VBuffer<float>>(large.Schema["Large"]);
            VBuffer<float> pixels = default;
            while (cursor.MoveNext())
            {
                getter(ref pixels);
                found.Add((index, FreshProcess.Sum([.. pixels.DenseValues()])));
            }

            cursor.Dispose();
        });

        Assert.HasCount(4, cursors);
        CollectionAssert.AreEquivalent(expected, found.Select(row => row.Sum).ToArray());
    }

    [TestMethod]
    public void CursorsOfManyThreadsGiveTheSame()
    {
        var pictures = Enumerable.Range(1, 12).Select(index => Images.Picture(index, 13 - index)).ToArray();
        var data = Images.Load(_context, pictures.Select(picture => new ImageRow { Image = Images.Image(picture) }).ToArray());
        var large = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data);
        var expected = pictures.Select(picture => Images.Upscaled(picture)).ToArray();

        Parallel.For(0, 4, _ =>
        {
            var pixels = Images.Pixels(large, "Large");
            for (var row = 0; row < expected.Length; row++)
                CollectionAssert.AreEqual(expected[row], pixels[row]);
        });
    }

    /// <summary>R19, for rows of a pipeline.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AThousandRowsLeaveMemoryWhereItWas(bool known)
    {
        // Halting everything makes it fast; 4 × 20 × 4 × 20 × 4 bytes a row would be 26 MB if they stayed.
        IEnumerable<T> Rows<T>(Func<MLImage, T> make) => Enumerable.Range(0, 1000).Select(_ => make(MLImage.CreateFromPixels(20, 20, MLPixelFormat.Rgba32, new byte[1600])));
        _context.Transforms.AdaFormerUpscale("Large");
        var data = known
            ? _context.Transforms.ResizeImages("Image", 20, 20).Fit(Data()).Transform(Data())
            : Data();
        var large = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingThreshold: -1, haltingDepthColumnName: "Depth").Fit(data).Transform(data);
        Read(large, 100);

        // What leaks leaks in every round; the allocator's own growth ends.
        var growth = Enumerable.Range(0, 3).Select(_ =>
        {
            var before = ResidentMemory();
            Read(large, 1000);
            return ResidentMemory() - before;
        });
        Assert.Contains(bytes => bytes < 15 << 20, growth);

        IDataView Data() => _context.Data.LoadFromEnumerable(Rows(image => new ImageRow { Image = image }));
    }

    [TestMethod]
    public void PredictionEngineCreateEnumerableAndPreviewWork()
    {
        var picture = Images.Picture(12, 10);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) }, new SizedImageRow { Image = Images.Image(picture) });
        var model = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data);

        using var engine = _context.Model.CreatePredictionEngine<SizedImageRow, LargeImageRow>(model);
        var expected = Images.Upscaled(picture);
        for (var time = 0; time < 2; time++)
            CollectionAssert.AreEqual(expected, engine.Predict(new SizedImageRow { Image = Images.Image(picture) }).Large!.Pixels.ToArray());
        var count = 0;
        foreach (var row in _context.Data.CreateEnumerable<LargeImageRow>(model.Transform(data), reuseRowObject: false))
        {
            CollectionAssert.AreEqual(expected, row.Large!.Pixels.ToArray());
            count++;
        }

        Assert.AreEqual(2, count);
        var preview = model.Transform(data).Preview();
        Assert.AreEqual("Large", preview.RowView[0].Values[^1].Key);
        Assert.AreEqual(48, ((MLImage)preview.RowView[1].Values[^1].Value).Width);
    }

    [TestMethod]
    public void TwoInARowEnlargeTwice()
    {
        var picture = Images.Picture(3, 2);
        var data = Images.Load(_context, new ImageRow { Image = Images.Image(picture) });

        var twice = _context.Transforms.AdaFormerUpscale("Image").Append(_context.Transforms.AdaFormerUpscale("Image")).Fit(data).Transform(data);

        CollectionAssert.AreEqual(Images.Upscaled(Images.Upscale(picture).Picture), Images.Pixels(twice, "Image").Single());
    }

    private AdaFormerUpscalingEstimator Upscale(byte[] model) =>
        _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", ModelBytes = model });

    private static byte[] OwnModel(float threshold) => Export.OnnxExporter.Export(
        File.ReadAllBytes(TestData.Fixture("tiny-x4.weights.safetensors")), new Export.ExportOptions { HaltingThreshold = threshold });

    private static void Read(IDataView data, int rows)
    {
        using var cursor = data.GetRowCursor(data.Schema);
        var getLarge = cursor.GetGetter<MLImage>(data.Schema["Large"]);
        var getDepth = cursor.GetGetter<VBuffer<float>>(data.Schema["Depth"]);
        MLImage? image = null;
        VBuffer<float> depth = default;
        for (var row = 0; row < rows && cursor.MoveNext(); row++)
        {
            getLarge(ref image!);
            getDepth(ref depth);
        }
    }

    private static long ResidentMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
