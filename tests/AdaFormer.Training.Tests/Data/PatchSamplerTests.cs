using AdaFormer.Imaging;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Data;

[TestClass]
public sealed class PatchSamplerTests
{
    [TestMethod]
    public void HighPatchesLieOverLowPatches()
    {
        // Every high pixel carries the low pixel it belongs to, so a patch's alignment can be read off, whatever its orientation.
        const int Scale = 3;
        var low = new Picture(20, 14, PixelLayout.Rgb);
        var high = new Picture(60, 42, PixelLayout.Rgb);
        Paint(low, 1);
        Paint(high, Scale);
        using var scope = NewDisposeScope();
        var sampler = new PatchSampler([new PicturePair(high, low)], Scale, patch: 6, batch: 64, seed: 5);
        var (lowBatch, highBatch) = sampler.Batch(0);
        CollectionAssert.AreEqual(new long[] { 64, 3, 6, 6 }, lowBatch.shape);
        Assert.IsTrue(highBatch.SameAs(lowBatch.repeat_interleave(Scale, 2).repeat_interleave(Scale, 3)));
        var orientations = Enumerable.Range(0, 64).Select(n => Orientation(lowBatch[n])).ToHashSet();
        Assert.HasCount(8, orientations, "All eight orientations must come up.");
    }

    [TestMethod]
    public void APatchIsTheReductionOfItsHighPatchAwayFromTheBorder()
    {
        using var scope = NewDisposeScope();
        var pair = PicturePair.From(Pictures.Noise(120, 96, seed: 1), 4);
        var (low, high) = new PatchSampler([pair], 4, patch: 16, batch: 8, seed: 2).Batch(3);
        for (var n = 0; n < 8; n++)
        {
            var reduced = PictureTensor.From(BicubicResampler.Downscale(PictureTensor.ToPicture(high[n].unsqueeze(0)), 4))[0];
            var interior = (reduced - low[n]).narrow(1, 2, 12).narrow(2, 2, 12).abs().max().item<float>() * 255;
            // Vertical before horizontal, rounded between: a turned patch may differ by a grey level.
            Assert.IsLessThan(1.5f, interior);
        }
    }

    [TestMethod]
    public void ABatchDependsOnSeedAndIterationOnly()
    {
        using var scope = NewDisposeScope();
        var pair = PicturePair.From(Pictures.Noise(64, 64, seed: 1), 2);
        var first = new PatchSampler([pair], 2, 8, 4, seed: 1);
        var again = new PatchSampler([pair], 2, 8, 4, seed: 1);
        first.Batch(0);
        Assert.IsTrue(first.Batch(7).High.SameAs(again.Batch(7).High));
        Assert.IsFalse(first.Batch(8).High.SameAs(again.Batch(7).High));
        Assert.IsFalse(new PatchSampler([pair], 2, 8, 4, seed: 2).Batch(7).High.SameAs(again.Batch(7).High));
    }

    [TestMethod]
    public void SpoiltPatchesAreThoseOfTheCleanBatch()
    {
        using var scope = NewDisposeScope();
        // As small as a patch, so that every margin lies outside.
        var pair = PicturePair.From(Pictures.Scene(40, 40, seed: 1), 2);
        var clean = new PatchSampler([pair], 2, 20, 16, seed: 1).Batch(3);
        var sampler = new PatchSampler([pair], 2, 20, 16, seed: 1) { Degradation = new() { JpegProbability = 0.5 } };
        var spoilt = sampler.Batch(3);
        Assert.IsTrue(spoilt.High.SameAs(clean.High));
        var differences = (spoilt.Low - clean.Low).abs().mean([1, 2, 3]).data<float>().ToArray();
        Assert.IsTrue(differences.Any(difference => difference == 0), "Some stay clean.");
        Assert.IsGreaterThan(4, differences.Count(difference => difference > 0.001));
        Assert.IsLessThan(0.1f, differences.Max(), "Turned as their high patches are.");
        sampler.Batch(2);
        Assert.IsTrue(sampler.Batch(3).Low.SameAs(spoilt.Low));
        Assert.IsFalse(new PatchSampler([pair], 2, 20, 16, seed: 1) { Degradation = new() { JpegProbability = 1 } }.Batch(3).Low.SameAs(spoilt.Low));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TeacherPatchesLieWhereHighPatchesDo(bool spoilt)
    {
        // The pixels of both say where they are, the teacher's counting backwards.
        using var scope = NewDisposeScope();
        var (low, high, teacher) = (Pictures.Noise(31, 27, seed: 1), new Picture(93, 81, PixelLayout.Rgb), new Picture(93, 81, PixelLayout.Rgb));
        Paint(high, 1);
        for (var y = 0; y < teacher.Height; y++)
        {
            for (var x = 0; x < teacher.Width; x++)
                (teacher[x, y, 0], teacher[x, y, 1], teacher[x, y, 2]) = (255 - x, 255 - y, 255);
        }

        var pair = new PicturePair(high, low);
        var degradation = spoilt ? new DegradationConfiguration() : null;
        var untaught = new PatchSampler([pair], 3, patch: 7, batch: 64, seed: 5) { Degradation = degradation }.Batch(2);
        var taught = new PatchSampler([pair with { Teacher = teacher }], 3, patch: 7, batch: 64, seed: 5) { Degradation = degradation }.Batch(2);
        Assert.IsLessThan(1e-6f, (1 - taught.High - taught.Teacher!).abs().max().item<float>());
        Assert.IsTrue(taught.Low.SameAs(untaught.Low) && taught.High.SameAs(untaught.High), "A teacher changes nothing else.");
        Assert.IsNull(untaught.Teacher);
    }

    [TestMethod]
    public void SmallPicturesAreLeftOutAndNoneIsAnError()
    {
        var small = PicturePair.From(Pictures.Noise(40, 64, seed: 1), 2);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PatchSampler([small], 2, 32, 1, 0));
        Assert.Contains("64×64", error.Message);
    }

    private static void Paint(Picture picture, int scale)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                (picture[x, y, 0], picture[x, y, 1]) = (x / scale, y / scale);
        }
    }

    private static (float, float) Orientation(Tensor patch)
    {
        var right = (patch[.., 0, 1] - patch[.., 0, 0]) * 255;
        var down = (patch[.., 1, 0] - patch[.., 0, 0]) * 255;
        return (Code(right), Code(down));

        static float Code(Tensor step) => MathF.Round(step[0].item<float>() + 10 * step[1].item<float>());
    }
}
