using AdaFormer.Export;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class ActivationCalibrationTests
{
    [TestMethod]
    public void EveryActivationThatInt8NeedsGetsARange()
    {
        var weights = File.ReadAllBytes(TestData.Fixture("tiny-x4.weights.safetensors"));
        var picture = new PictureReader([new PngDecoder()]).Read(TestData.Fixture("pictures", "odd.png"));

        var ranges = ActivationCalibration.Find(OnnxExporter.ExportForCalibration(weights), [picture]);

        Assert.HasCount(6, ranges); // three for each of two residual blocks
        Assert.IsTrue(ranges.Values.All(range => range.Minimum <= 0 && range.Maximum > 0));
        Assert.AreEqual(0, ranges["encoder.0.conv2.input"].Minimum, "what a ReLU gives");
        using var model = UpscalingModel.Load(OnnxExporter.Export(weights, new ExportOptions { ActivationRanges = ranges }));
        Assert.AreEqual("int8", model.Description.Metadata["precision"]);
    }

    [TestMethod]
    public void AnOutlierIsClippedAndAnEvenSpreadIsNot()
    {
        float[] even = [.. Enumerable.Range(-1000, 2001).Select(value => value / 1000f)];
        Assert.AreEqual((-1f, 1f), Range(even));

        var (minimum, maximum) = Range([.. Enumerable.Range(0, 1000).SelectMany(_ => even), 20]);

        Assert.IsLessThan(10, maximum);
        Assert.IsGreaterThanOrEqualTo(1, maximum);
        Assert.AreEqual(-1, minimum, 0.05f);
        Assert.AreEqual((0f, 0f), Range([0, 0]));

        static (float Minimum, float Maximum) Range(float[] values)
        {
            var histogram = new ActivationHistogram();
            histogram.Widen(values);
            histogram.Count(values);
            return histogram.BestRange();
        }
    }

    [TestMethod]
    public void NoPicturesAndAModelWithoutActivationsAreRefused()
    {
        var weights = File.ReadAllBytes(TestData.Fixture("tiny-x4.weights.safetensors"));
        var picture = new PictureReader([new PngDecoder()]).Read(TestData.Fixture("pictures", "odd.png"));

        Assert.Contains("no pictures", Assert.ThrowsExactly<ArgumentException>(() => ActivationCalibration.Find(OnnxExporter.ExportForCalibration(weights), [])).Message);
        Assert.Contains("no activations", Assert.ThrowsExactly<ArgumentException>(() => ActivationCalibration.Find(OnnxExporter.Export(weights), [picture])).Message);
    }
}
