using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Each image gets the built-in model for what its pixels show.</summary>
[TestClass]
public class ModelChoiceTests
{
    private static readonly Picture Clean = Images.Scene();
    private static readonly Picture Spoilt = JpegBlocks.Spoil(Clean, 60);
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void WhatWasAJpegGoesThroughPhotoAndTheRestThroughTiny()
    {
        var data = Images.Load(_context, new ImageRow { Image = Images.Image(Clean) }, new ImageRow { Image = Images.Image(Spoilt) }, new ImageRow { Image = Images.Image(Clean) });

        var pixels = Images.Pixels(_context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data).Transform(data), "Large");

        CollectionAssert.AreEqual(Images.Upscaled(Clean), pixels[0]);
        CollectionAssert.AreEqual(Images.Upscaled(Spoilt, "photo-x4"), pixels[1]);
        CollectionAssert.AreEqual(Images.Upscaled(Clean), pixels[2]);
        CollectionAssert.AreNotEqual(Images.Upscaled(Spoilt), pixels[1]);
    }

    [TestMethod]
    public void AModelThatIsNamedIsTakenForAll()
    {
        var data = Images.Load(_context, new ImageRow { Image = Images.Image(Spoilt) });

        var pixels = Images.Pixels(_context.Transforms.AdaFormerUpscale("Large", "Image", "tiny-x4").Fit(data).Transform(data), "Large");

        CollectionAssert.AreEqual(Images.Upscaled(Spoilt), pixels.Single());
    }

    [TestMethod]
    [DataRow(ModelStorage.Inside), DataRow(ModelStorage.Reference)]
    public void ASavedPipelineHasBothModels(ModelStorage storage)
    {
        using var folder = new TemporaryFolder();
        var data = Images.Load(_context, new ImageRow { Image = Images.Image(Spoilt) }, new ImageRow { Image = Images.Image(Clean) });
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", ModelStorage = storage };
        _context.Model.Save(_context.Transforms.AdaFormerUpscale(options).Fit(data), null, folder.File("model.zip"));

        var pixels = Images.Pixels(new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(data), "Large");

        CollectionAssert.AreEqual(Images.Upscaled(Spoilt, "photo-x4"), pixels[0]);
        CollectionAssert.AreEqual(Images.Upscaled(Clean), pixels[1]);
    }
}
