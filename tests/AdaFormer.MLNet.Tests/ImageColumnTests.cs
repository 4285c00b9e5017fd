using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.Tests;

/// <summary>Columns of images, all of them made in memory: nothing is decoded.</summary>
[TestClass]
public class ImageColumnTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(MLPixelFormat.Rgba32)]
    [DataRow(MLPixelFormat.Bgra32)]
    public void UnknownSizeGivesTheRuntimesPixels(MLPixelFormat format)
    {
        Picture[] pictures = [Images.Picture(12, 10), Images.Picture(7, 17), Images.Picture(1, 1)];
        var data = Images.Load(_context, pictures.Select(picture => new ImageRow { Image = Images.Image(picture, format) }).ToArray());

        var large = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data);

        Assert.AreEqual(new ImageDataViewType(), large.Schema["Large"].Type);
        var pixels = Images.Pixels(large, "Large");
        for (var index = 0; index < pictures.Length; index++)
            CollectionAssert.AreEqual(Images.Upscaled(pictures[index], format), pixels[index]);
    }

    [TestMethod]
    public void KnownSizeIsInTheSchema()
    {
        var picture = Images.Picture(SizedImageRow.Width, SizedImageRow.Height);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) });
        var estimator = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingDepthColumnName: "Depth", haltedShareColumnName: "Share");

        var transformer = estimator.Fit(data);
        var large = transformer.Transform(data);

        Assert.AreEqual(new ImageDataViewType(4 * SizedImageRow.Height, 4 * SizedImageRow.Width), large.Schema["Large"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 1, SizedImageRow.Height, SizedImageRow.Width), large.Schema["Depth"].Type);
        Assert.AreEqual(NumberDataViewType.Single, large.Schema["Share"].Type);
        CollectionAssert.AreEqual(new[] { "Image", "Large", "Share", "Depth" }, large.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(large.Schema.Count, transformer.GetOutputSchema(data.Schema).Count);
        CollectionAssert.AreEqual(Images.Upscaled(picture), Images.Pixels(large, "Large").Single());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void DepthAndShareAreTheRuntimes(bool known)
    {
        var picture = Images.Picture(SizedImageRow.Width, SizedImageRow.Height);
        var data = known
            ? Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) })
            : Images.Load(_context, new ImageRow { Image = Images.Image(picture) });
        var large = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingDepthColumnName: "Depth", haltedShareColumnName: "Share").Fit(data).Transform(data);

        var row = _context.Data.CreateEnumerable<LargeRow>(large, reuseRowObject: false).Single();

        var map = Images.Upscale(picture).HaltingDepth;
        var depths = Enumerable.Range(0, map.Height).SelectMany(y => map.Row(y).ToArray()).Select(depth => (float)depth).ToArray();
        CollectionAssert.AreEqual(depths, row.Depth);
        Assert.AreEqual((float)map.HaltedShare, row.Share);
    }

    [TestMethod]
    public void InPlaceReplacesTheColumn()
    {
        var picture = Images.Picture(SizedImageRow.Width, SizedImageRow.Height);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(picture) });

        var large = _context.Transforms.AdaFormerUpscale("Image").Fit(data).Transform(data);

        Assert.AreEqual(new ImageDataViewType(4 * SizedImageRow.Height, 4 * SizedImageRow.Width), large.Schema["Image"].Type);
        Assert.AreEqual(1, large.Schema.Count(column => !column.IsHidden));
        CollectionAssert.AreEqual(Images.Upscaled(picture), Images.Pixels(large, "Image").Single());
    }

    [TestMethod]
    public void TheInputStaysTheCallers()
    {
        var row = new SizedImageRow { Image = Images.Image(SizedImageRow.Width, SizedImageRow.Height) };
        var data = Images.Load(_context, row);

        Images.Pixels(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data), "Large");

        Assert.AreEqual(SizedImageRow.Width, row.Image.Width, "The image was disposed.");
    }

    [TestMethod]
    [DataRow(MLPixelFormat.Rgba32)]
    [DataRow(MLPixelFormat.Bgra32)]
    public void ConstantAlphaStaysExact(MLPixelFormat format)
    {
        var picture = Images.Picture(12, 10, PixelLayout.Rgba, (_, _) => 77);
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(picture, format) });

        var pixels = Images.Pixels(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data), "Large").Single()!;

        for (var index = 0; index < pixels.Length; index += 4)
        {
            Assert.AreEqual(77, pixels[index + 3]);
            Assert.IsTrue(pixels[index] <= 77 && pixels[index + 1] <= 77 && pixels[index + 2] <= 77, "Colours are premultiplied.");
        }
    }

    [TestMethod]
    public void AlphaIsKeptAndColoursAreStraightForTheNetwork()
    {
        // Half transparent, colours that multiply and divide without loss: the network must see what it sees of the opaque picture.
        var opaque = new Picture(SizedImageRow.Width, SizedImageRow.Height, PixelLayout.Rgb);
        var transparent = new Picture(SizedImageRow.Width, SizedImageRow.Height, PixelLayout.Rgba);
        for (var y = 0; y < opaque.Height; y++)
        {
            for (var x = 0; x < opaque.Width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    opaque[x, y, channel] = transparent[x, y, channel] = 5 * ((x * 7 + y * 3 + channel) % 51);
                transparent[x, y, 3] = 51;
            }
        }

        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(transparent) });
        var pixels = Images.Pixels(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data), "Large").Single()!;

        var expected = Images.Upscaled(opaque);
        for (var index = 0; index < pixels.Length; index++)
            Assert.AreEqual(index % 4 == 3 ? 51 : (int)Math.Round(expected[index] / 5.0), pixels[index]);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void MissingImagesPass(bool known)
    {
        var data = known
            ? Images.Load(_context, new SizedImageRow(), new SizedImageRow { Image = Images.Image(12, 10) }, new SizedImageRow())
            : Images.Load(_context, new ImageRow(), new ImageRow { Image = Images.Image(12, 10) }, new ImageRow());
        var large = _context.Transforms.AdaFormerUpscale("Large", "Image", haltingDepthColumnName: "Depth", haltedShareColumnName: "Share").Fit(data).Transform(data);

        var pixels = Images.Pixels(large, "Large");
        var rows = _context.Data.CreateEnumerable<LargeRow>(large, reuseRowObject: false).Select(row => (row.Depth, row.Share)).ToArray();

        Assert.IsNull(pixels[0]);
        Assert.IsNotNull(pixels[1]);
        Assert.IsNull(pixels[2]);
        Assert.IsTrue(float.IsNaN(rows[0].Share) && !float.IsNaN(rows[1].Share) && float.IsNaN(rows[2].Share));
        Assert.AreEqual(0f, (rows[2].Depth ?? []).Sum());
    }

    [TestMethod]
    public void AModelCanBeAFileOrBytesAndTheThresholdIsObeyed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.onnx"), BuiltInModel.Read());
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });

        var file = _context.Transforms.AdaFormerUpscale("Large", "Image", folder.File("model.onnx"), 1e9f, haltedShareColumnName: "Share").Fit(data);
        var bytes = _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", ModelBytes = BuiltInModel.Read(), Upscaling = new UpscaleOptions { HaltingThreshold = -1 }, HaltedShareColumnName = "Share" }).Fit(data);

        var twice = _context.Transforms.AdaFormerUpscale("Large", "Image", "tiny-x2").Fit(data);

        Assert.AreEqual(new ImageDataViewType(2 * SizedImageRow.Height, 2 * SizedImageRow.Width), twice.Transform(data).Schema["Large"].Type);
        Assert.AreEqual(0f, file.Transform(data).GetColumn<float>("Share").Single());
        Assert.AreEqual(1f, bytes.Transform(data).GetColumn<float>("Share").Single());
    }
}
