using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Tests;

[TestClass]
public class AdaFormerConfigurationTests
{
    [TestMethod]
    public void ThePaperSizesHaveThePaperNumberOfParameters()
    {
        var shapes = AdaFormerShapes.Of(AdaFormerConfiguration.Preset("base", 4));

        Assert.AreEqual(1_575_433, shapes.Values.Sum(shape => shape.Aggregate(1L, (product, extent) => product * extent)));
    }

    [TestMethod]
    public void MetadataGivesTheSameConfiguration()
    {
        foreach (var preset in new[] { "base", "small", "tiny" })
        {
            var configuration = AdaFormerConfiguration.Preset(preset, 3, ImageSkip.Bilinear);

            var again = AdaFormerConfiguration.FromMetadata(configuration.ToMetadata());

            Assert.AreEqual(configuration, again);
            Assert.AreEqual(preset, again.PresetName);
        }
    }

    [TestMethod]
    [DataRow("scale", "5", "2, 3 or 4")]
    [DataRow("heads", "3", "divisor")]
    [DataRow("blocks", "-1", "whole number")]
    [DataRow("blocks", "many", "whole number")]
    [DataRow("image_skip", "cubic", "none or bilinear")]
    [DataRow("architecture", "swinir", "adaformer")]
    [DataRow("window", null, "lacks 'window'")]
    public void WrongMetadataIsNamed(string key, string? value, string expected)
    {
        var metadata = AdaFormerConfiguration.Preset("tiny", 4).ToMetadata().ToDictionary();
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;

        var exception = Assert.ThrowsExactly<WeightsFormatException>(() => AdaFormerConfiguration.FromMetadata(metadata));

        Assert.Contains(key, exception.Message);
        Assert.Contains(expected, exception.Message);
    }

    [TestMethod]
    public void AnUnknownPresetNamesTheKnownOnes()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => AdaFormerConfiguration.Preset("huge", 4));

        Assert.Contains("base, small or tiny", exception.Message);
    }

    [TestMethod]
    public void TheBasePresetNeedsAsManyMultiplyAddsAsThePage()
    {
        var all = AdaFormerConfiguration.Preset("base", 4);
        var residual = all.MultiplyAddsPerPixel - (all with { EncoderBlocks = 0, DecoderBlocks = 0 }).MultiplyAddsPerPixel;

        Assert.AreEqual(1_649_024, all.MultiplyAddsPerPixel);
        Assert.AreEqual(16 * 2 * 9 * 64 * 64, residual);
        Assert.AreEqual(0.715, (double)residual / all.MultiplyAddsPerPixel, 0.001);
    }
}
