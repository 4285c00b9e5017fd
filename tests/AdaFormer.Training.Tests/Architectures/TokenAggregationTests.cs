using AdaFormer.Training.Architectures.Catanet;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>What CATANet does in training alone, against the same in plain loops.</summary>
[TestClass]
public sealed class TokenAggregationTests
{
    private const int Channels = 8;
    private const int Centers = 5;

    [TestMethod]
    [DataRow(1, 6, 5)]
    [DataRow(2, 7, 4)]
    [DataRow(3, 1, 2)]
    public void TrainingFindsTheCentersOfTheBatchAndKeepsTheirMovingAverage(int images, int height, int width)
    {
        random.manual_seed(images);
        using var scope = NewDisposeScope();
        using var layer = Layer();
        var buffers = layer.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
        var (first, second) = (randn(images, height, width, Channels), randn(images, height, width, Channels));

        layer.forward(first);
        var kept = Found(first, Spread(Rows(first), images));
        AssertNear(kept, buffers["means"]);
        Assert.AreEqual(1f, buffers["initted"].item<float>());

        layer.forward(second);
        var found = Found(second, kept);
        AssertNear([.. kept.Zip(found, (old, now) => old.Zip(now, (a, b) => 0.999 * a + 0.001 * b).ToArray())], buffers["means"]);
    }

    [TestMethod]
    public void ACenterThatIsNearestToNoTokenStays()
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(new[] { 1f, 0, 0.8f, 0.6f }, 2, 2);
        var centers = TokenCenters.Refine(tokens, tensor(new[] { 5f, 0, 0, -3 }, 2, 2));
        AssertNear([[1.8 / Math.Sqrt(3.6), 0.6 / Math.Sqrt(3.6)], [0, -1]], centers);
    }

    [TestMethod]
    public void CentersTeachTheNormAndATrainedLayerKeepsItsCenters()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using var layer = Layer();
        layer.forward(randn(1, 6, 6, Channels)).square().sum().backward();
        foreach (var (name, parameter) in layer.named_parameters())
            Assert.IsTrue(parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0, name);

        var before = layer.named_buffers().Select(pair => pair.buffer.clone()).ToArray();
        layer.eval();
        layer.forward(randn(1, 6, 6, Channels));
        foreach (var (old, (name, now)) in before.Zip(layer.named_buffers()))
            Assert.IsTrue(old.SameAs(now), name);
    }

    private static TokenAggregation Layer() => new(new CatanetConfiguration { Channels = Channels, QueryChannels = 4, Hidden = 6, Centers = [Centers] }.At(2), 0);

    // The layer's norm has not been trained: scale 1, shift 0.
    private static double[][] Rows(Tensor tokens) => [.. tokens.data<float>().ToArray().Chunk(Channels).Select(row =>
    {
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return row.Select(value => (value - mean) / deviation).ToArray();
    })];

    private static double[][] Spread(double[][] rows, int images)
    {
        var tokens = rows.Length / images;
        var run = (tokens / Centers) + 1;
        return [.. Enumerable.Range(0, Centers).Select(center => Enumerable.Range(0, Channels).Select(channel => (
            from image in Enumerable.Range(0, images)
            from position in Enumerable.Range(center * run, run)
            let back = position % (2 * tokens)
            select rows[(image * tokens) + (back < tokens ? back : (2 * tokens) - 1 - back)][channel]).Average()).ToArray())];
    }

    private static double[][] Found(Tensor tokens, double[][] centers)
    {
        var rows = Rows(tokens).Select(Direction).ToArray();
        for (var iteration = 0; iteration < 5; iteration++)
        {
            centers = [.. centers.Select(Direction)];
            var nearest = rows.Select(row => Enumerable.Range(0, Centers).MaxBy(center => row.Zip(centers[center], (a, b) => a * b).Sum())).ToArray();
            centers = [.. centers.Select((center, index) =>
            {
                var own = rows.Where((_, row) => nearest[row] == index).ToArray();
                return own.Length == 0 ? center : Direction([.. Enumerable.Range(0, Channels).Select(channel => own.Sum(row => row[channel]))]);
            })];
        }

        return centers;
    }

    private static double[] Direction(double[] row)
    {
        var length = Math.Sqrt(row.Sum(value => value * value));
        return [.. row.Select(value => value / length)];
    }

    private static void AssertNear(double[][] expected, Tensor actual)
    {
        var worst = expected.SelectMany(row => row).Zip(actual.contiguous().data<float>(), (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThan(1e-5, worst);
    }
}
