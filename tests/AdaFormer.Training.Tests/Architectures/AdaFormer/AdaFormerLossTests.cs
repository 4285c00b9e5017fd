using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures.AdaFormer;

[TestClass]
public sealed class AdaFormerLossTests
{
    private readonly Tensor _upscaled = (arange(1, 13, dtype: ScalarType.Float32) / 10).view(1, 3, 2, 2).requires_grad_();
    private readonly Tensor _confidences = tensor(new float[] { 0.25f, 0.5f }, 1, 2, 1, 1, requires_grad: true);
    private readonly Tensor _high = full(1, 3, 2, 2, 0.5f);

    [TestMethod]
    public void EqualsTheSumByHand()
    {
        // One LR pixel at scale 2, so the upsampled confidence is constant.
        // |Differences| by pixel: (.4 0 .4), (.3 .1 .5), (.2 .2 .6), (.1 .3 .7).
        var l1 = (0.8 + 0.9 + 1.0 + 1.1) / 12;
        var meanError = 255 * l1;
        var usl = 0.25 * meanError - Math.Log(0.25 + 1e-8) + 0.5 * meanError - Math.Log(0.5 + 1e-8);
        var loss = Loss(0.5);
        Assert.AreEqual(l1, loss.L1.item<float>(), 1e-6);
        Assert.AreEqual(usl, loss.Usl.item<float>(), 1e-4);
        Assert.AreEqual(l1 + 0.5 * usl, loss.Total.item<float>(), 1e-4);
    }

    [TestMethod]
    public void EachLossDrivesItsOwnPart()
    {
        var loss = Loss(1);
        loss.Usl.backward();
        Assert.IsNull(_upscaled.grad, "The uncertainty loss must not reach the picture.");
        var slope = (float)(255 * 3.8 / 12 - 1 / (0.25 + 1e-8));
        Assert.AreEqual(slope, _confidences.grad![0, 0, 0, 0].item<float>(), 1e-3f);
    }

    [TestMethod]
    [DataRow(1, 1 / 20.0)]
    [DataRow(0.5, 1 / 4.4721)]
    public void TheBestConfidenceIsTheErrorsReciprocal(double power, double best)
    {
        using var scope = NewDisposeScope();
        var difference = full(1, 3, 2, 2, 20 / 255.0);
        double At(double confidence) => ConfidenceLoss
            .Likelihood(difference, full(1, 1, 1, 1, confidence), new TrainingConfiguration { Scale = 2, ErrorPower = power }).item<float>();
        Assert.IsLessThan(At(best * 0.9), At(best));
        Assert.IsLessThan(At(best * 1.1), At(best));
    }

    /// <summary>Scale 2 and tokens of 2×2 pixels: 3×3 pixels have 2×2 tokens of 4×4 high-resolution pixels, of which 6×6 are there.</summary>
    [TestMethod]
    public void CoarseTokensConfidencesAreSpreadOverTheirPixelsAndCropped()
    {
        double[][] confidences = [[0.2, 0.4], [0.6, 0.9]];
        double[] places = [0, 0, 0.125, 0.375, 0.625, 0.875]; // between the two tokens' centres, 1.5 and 5.5
        var errors = Enumerable.Range(0, 36).Select(pixel => (pixel * 7 % 11) / 100.0).ToArray();
        var expected = 0.0;
        for (var pixel = 0; pixel < 36; pixel++)
        {
            var (down, across) = (places[pixel / 6], places[pixel % 6]);
            var (upper, lower) = (Between(confidences[0], across), Between(confidences[1], across));
            var confidence = upper + (down * (lower - upper));
            expected += ((confidence * 255 * errors[pixel]) - Math.Log(confidence + 1e-8)) / 36;
        }

        var high = zeros(1, 3, 6, 6);
        var upscaled = tensor(errors.Select(error => (float)error).ToArray()).view(1, 1, 6, 6).expand(1, 3, 6, 6);
        var map = tensor(confidences.SelectMany(row => row).Select(value => (float)value).ToArray()).view(1, 1, 2, 2);
        var configuration = new TrainingConfiguration { Preset = "tiny", Scale = 2, Sizes = new AdaFormerSizes { TokenStride = 2 } };

        Assert.AreEqual(expected, AdaFormerLoss.Of(new NetworkOutput(upscaled, zeros(1), map), high, null, configuration, new ConfidencePolicy(configuration.Network)).Usl.item<float>(), 1e-4);

        static double Between(double[] row, double place) => row[0] + (place * (row[1] - row[0]));
    }

    private AdaFormerLoss Loss(double alpha)
    {
        var configuration = new TrainingConfiguration { Scale = 2, LossAlpha = alpha };
        return AdaFormerLoss.Of(new NetworkOutput(_upscaled, zeros(1), _confidences), _high, null, configuration, new ConfidencePolicy(configuration.Network));
    }
}
