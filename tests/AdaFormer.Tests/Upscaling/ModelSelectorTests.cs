using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Tests.Files;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Which of several models a picture gets.</summary>
[TestClass]
public class ModelSelectorTests
{
    [TestMethod]
    [DataRow(0, ""), DataRow(1, ""), DataRow(2, "2"), DataRow(3, "3"), DataRow(4, "4"), DataRow(5, "2 3"), DataRow(6, "2 3"), DataRow(7, "2 4"), DataRow(9, "3 3"), DataRow(10, "3 4"), DataRow(13, "4 4"), DataRow(17, "2 3 3")]
    public void TheStepsComeAsNearAsTheyCan(int factor, string steps)
    {
        using var models = ModelSelector.LoadBuiltIn();

        Assert.AreEqual(steps, string.Join(' ', models.Steps(factor, null).Select(model => model.Description.Scale)));
    }

    [TestMethod]
    public void EveryProductOfStepsIsTheLeastThatReachesTheFactor()
    {
        using var models = ModelSelector.LoadBuiltIn();
        var products = (from two in Enumerable.Range(0, 11) from three in Enumerable.Range(0, 7) select (int)(Math.Pow(2, two) * Math.Pow(3, three))).ToArray();

        for (var factor = 2; factor <= 1000; factor++)
            Assert.AreEqual(products.Where(product => product >= factor).Min(), models.Steps(factor, null).Aggregate(1, (product, model) => product * model.Description.Scale));
    }

    [TestMethod]
    [DataRow(1, ""), DataRow(2, "photo-x2"), DataRow(3, "photo-x4"), DataRow(4, "photo-x4"), DataRow(5, "photo-x2 tiny-x3"), DataRow(8, "photo-x2 tiny-x4"), DataRow(12, "photo-x4 tiny-x3"), DataRow(17, "photo-x2 tiny-x3 tiny-x3"), DataRow(16, "photo-x4 tiny-x4")]
    public void OfAJpegTheFirstStepIsForJpeg(int factor, string steps)
    {
        using var models = ModelSelector.LoadBuiltIn();
        var picture = Models.Picture(20, 20);
        picture.Metadata = new PictureMetadata { JpegQuality = 75 };

        Assert.AreEqual(steps, string.Join(' ', models.Steps(factor, JpegTrace.Of(picture)).Select(model => model.Name)));
    }

    [TestMethod]
    public void OneModelIsAppliedAgainAndAgain()
    {
        using var model = Models.Load("tiny-x3");

        CollectionAssert.AreEqual(new[] { 3, 3 }, new ModelSelector(model).Steps(4, null).Select(step => step.Description.Scale).ToArray());
    }

    [TestMethod]
    [DataRow(1.5, "tiny-x2"), DataRow(2, "tiny-x2"), DataRow(2.5, "tiny-x3"), DataRow(3, "tiny-x3"), DataRow(3.7, "tiny-x4"), DataRow(4, "tiny-x4")]
    public void EverySizeIsMadeByTheModelNearestToIt(double factor, string name)
    {
        using var models = ModelSelector.LoadBuiltIn();
        using var model = UpscalingModel.LoadByName(name);
        var picture = Models.Picture(13, 9);
        var (width, height) = TargetSize.Scaled(factor).Of(13, 9);

        var result = Sized.Upscale(models, TargetSize.Scaled(factor), picture);

        Pictures.AssertEqual(BicubicResampler.ToSize(new Upscaler(model).Upscale(picture).Picture, width, height), result);
    }
}
