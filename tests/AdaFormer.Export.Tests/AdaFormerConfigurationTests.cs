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
        foreach (var preset in new[] { "base", "small", "compact", "tiny" })
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
    [DataRow("token_stride", "3", "1 or 2")]
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
    public void MetadataSaysTheTokenStrideOnlyWhereItIsNotOne()
    {
        var tiny = AdaFormerConfiguration.Preset("tiny", 4);
        var coarse = tiny with { TokenStride = 2 };

        Assert.IsFalse(tiny.ToMetadata().ContainsKey("token_stride"));
        Assert.AreEqual(coarse, AdaFormerConfiguration.FromMetadata(coarse.ToMetadata()));
        Assert.AreEqual((8, 16), (tiny.SizeMultiple, coarse.SizeMultiple));
    }

    /// <summary>Tokens of 2×2 pixels: a quarter of the blocks' work, and as much for embedding as before, by four times the weights.</summary>
    [TestMethod]
    public void CoarseTokensQuarterTheBlocks()
    {
        var fine = AdaFormerConfiguration.Preset("tiny", 4);
        var coarse = fine with { TokenStride = 2 };
        var (withoutBlock, coarseWithoutBlock) = (fine with { Blocks = 3 }, coarse with { Blocks = 3 });

        Assert.AreEqual(fine.MultiplyAddsPerPixel - withoutBlock.MultiplyAddsPerPixel, 4 * (coarse.MultiplyAddsPerPixel - coarseWithoutBlock.MultiplyAddsPerPixel));
        var shapes = AdaFormerShapes.Of(coarse);
        CollectionAssert.AreEqual(new long[] { 32, 32, 2, 2 }, shapes["body.embed.weight"]);
        CollectionAssert.AreEqual(new long[] { 128, 32, 1, 1 }, shapes["body.unembed.weight"]);
        CollectionAssert.AreEqual(new long[] { 128 }, shapes["body.unembed.bias"]);
    }

    [TestMethod]
    public void AnUnknownPresetNamesTheKnownOnes()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => AdaFormerConfiguration.Preset("huge", 4));

        Assert.Contains("base, small, compact or tiny", exception.Message);
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
