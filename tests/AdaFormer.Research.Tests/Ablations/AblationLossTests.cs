using AdaFormer.Export;
using AdaFormer.Research.Ablations;
using AdaFormer.Research.Policies;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Tests;
using static TorchSharp.torch;

namespace AdaFormer.Research.Tests.Ablations;

/// <summary>Which parameters an ablation's losses drive, and to what.</summary>
[TestClass]
public sealed class AblationLossTests
{
    [TestMethod]
    public void ByDefaultTheExitsLossDrivesTheEstimatorAlone()
    {
        AssertDriven(new Ablation(), estimator: true, trunk: false, output: false);
        AssertDriven(new Ablation { EstimatorLoss = EstimatorLoss.LogError }, estimator: true, trunk: false, output: false);
        AssertDriven(new Ablation { SharedEstimator = false }, estimator: true, trunk: false, output: false);
        AssertDriven(new Ablation { Exit = HaltingExit.Capacity }, estimator: true, trunk: false, output: false);
    }

    [TestMethod]
    public void UndetachedItDrivesWhatItReads()
    {
        AssertDriven(new Ablation { DetachedTokens = false }, estimator: true, trunk: true, output: false);
        AssertDriven(new Ablation { DetachedError = false }, estimator: true, trunk: true, output: true);
        AssertDriven(new Ablation { Exit = HaltingExit.Ponder }, estimator: false, trunk: true, output: false);
    }

    [TestMethod]
    public void ThePictureDrivesPonderingThroughTheMeanOverTheBlocks()
    {
        using var scope = NewDisposeScope();
        var (probabilities, tokens) = (tensor(new[] { 0.3f }).view(1, 1), randn(1, 1, 4));
        probabilities.requires_grad_();
        var pondered = new PonderedTokens();
        pondered.Add(probabilities, tokens);
        pondered.Add(tensor(new[] { 0.9f }).view(1, 1), 2 * tokens);
        var result = pondered.Finish(5 * tokens);
        Assert.IsTrue(result.allclose((0.3 + 0.7 * 2) * tokens), "0.9 exceeds what is left of 1, so the last block gets nothing.");
        result.sum().backward();
        Assert.AreEqual(-tokens.sum().item<float>(), probabilities.grad!.item<float>(), 1e-4f);
    }

    [TestMethod]
    public void PonderingChangesThePictureEvenWhereNothingHalts()
    {
        using var scope = NewDisposeScope();
        var sizes = AdaFormerConfiguration.Preset("tiny", 2);
        using var plain = new AdaFormerNetwork(sizes);
        using var pondering = AblatedNetwork.Create(sizes, new Ablation { Exit = HaltingExit.Ponder });
        using var uniform = AblatedNetwork.Create(sizes, new Ablation { Exit = HaltingExit.Uniform });
        foreach (var network in new[] { pondering, uniform })
            NetworkWeights.CopyAsStart(network, NetworkWeights.Save(plain), withEstimator: false);
        var images = rand(1, 3, 16, 16);
        var expected = plain.Upscale(images, double.PositiveInfinity).Upscaled;
        Assert.IsTrue(uniform.Upscale(images, double.PositiveInfinity).Upscaled.SameAs(expected));
        Assert.IsFalse(pondering.Upscale(images, double.PositiveInfinity).Upscaled.SameAs(expected));
    }

    [TestMethod]
    public void ThePonderLossIsDepthAndRemainder()
    {
        using var scope = NewDisposeScope();
        var probabilities = tensor(new[] { 0.5f, 0.6f, 0.1f, 0.9f }, 1, 4, 1, 1, requires_grad: true);
        var loss = PonderPolicy.Ponder(probabilities, 0.95);
        Assert.AreEqual(2 + 0.5, loss.item<float>(), 1e-6);
        loss.backward();
        CollectionAssert.AreEqual(new[] { -1f, 0, 0, 0 }, probabilities.grad!.data<float>().ToArray());
    }

    [TestMethod]
    public void TheCapacityIsWhatTheNextBlockImproves()
    {
        using var scope = NewDisposeScope();
        var high = zeros(1, 3, 2, 2);
        var exits = new[] { 3.0, 2.5, 2.5 }.Select(error => full(1, 3, 2, 2, error / 255)).ToArray();
        var right = tensor(new[] { (float)Math.Tanh(0.5), 0, 9 }, 1, 3, 1, 1);
        Assert.AreEqual(0, CapacityPolicy.Regression(exits, high, right, 2).item<float>(), 1e-6);
        Assert.AreEqual(1, CapacityPolicy.Regression(exits, high, right + tensor(new[] { 0f, 1, 0 }, 1, 3, 1, 1), 2).item<float>(), 1e-5);
    }

    [TestMethod]
    [DataRow(EstimatorLoss.Likelihood, 1.0, 1 / 20.0)]
    [DataRow(EstimatorLoss.Likelihood, 0.5, 1 / 4.4721)]
    [DataRow(EstimatorLoss.LogError, 1.0, 1 / 20.0)]
    public void TheBestConfidenceIsTheErrorsReciprocal(EstimatorLoss kind, double power, double best)
    {
        using var scope = NewDisposeScope();
        var configuration = new TrainingConfiguration { Scale = 2, ErrorPower = power };
        var policy = new AblatedConfidencePolicy(configuration.Network, new Ablation { EstimatorLoss = kind });
        var (upscaled, high) = (full(1, 3, 2, 2, 20 / 255.0), zeros(1, 3, 2, 2));
        double At(double confidence) => policy.Loss(new NetworkOutput(upscaled, zeros(1), full(1, 1, 1, 1, confidence)), high, configuration).item<float>();
        Assert.IsLessThan(At(best * 0.9), At(best));
        Assert.IsLessThan(At(best * 1.1), At(best));
    }

    [TestMethod]
    [DataRow(HaltingExit.Confidence, EstimatorLoss.Likelihood)]
    [DataRow(HaltingExit.Confidence, EstimatorLoss.LogError)]
    [DataRow(HaltingExit.Ponder, EstimatorLoss.Likelihood)]
    [DataRow(HaltingExit.Capacity, EstimatorLoss.Likelihood)]
    public void CoarseTokensLearnFromPatchesOfAnySize(HaltingExit exit, EstimatorLoss kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var configuration = new TrainingConfiguration
        {
            Preset = "tiny", Scale = 3, Sizes = new AdaFormerSizes { TokenStride = 2 },
        };
        var ablation = new Ablation { Exit = exit, EstimatorLoss = kind };
        using var network = AblatedNetwork.Create(configuration.Network, ablation);
        var answer = network.forward(rand(2, 3, 19, 1), 0.95);
        CollectionAssert.AreEqual(new long[] { 2, 4, 10, 1 }, answer.Confidences!.shape);

        var loss = AdaFormerLoss.Of(answer, rand(2, 3, 57, 3), null, configuration, network.Policy);
        loss.Total.backward();

        Assert.IsTrue(loss.Total.isfinite().item<bool>());
        Assert.IsTrue(network.named_parameters().All(pair => pair.parameter.grad?.isfinite().all().item<bool>() ?? true));
    }

    [TestMethod]
    public void EveryExitLearnsFromTheTeacher()
    {
        using var scope = NewDisposeScope();
        var (high, teacher, exits) = (rand(1, 3, 8, 4), rand(1, 3, 8, 4), new[] { rand(1, 3, 8, 4), rand(1, 3, 8, 4), rand(1, 3, 8, 4) });
        var output = new NetworkOutput(exits[^1], zeros(1), rand(1, 3, 4, 2)) { Exits = exits };
        var configuration = new TrainingConfiguration { Scale = 2, LossAlpha = 0, TeacherWeight = 0.3 };
        var policy = new CapacityPolicy(configuration.Network, new Ablation { Exit = HaltingExit.Capacity });
        var expected = exits.Average(exit => 0.7 * Distance(exit, high) + 0.3 * Distance(exit, teacher));
        Assert.AreEqual(expected, AdaFormerLoss.Of(output, high, teacher, configuration, policy).Total.item<float>(), 1e-6);
    }

    private static void AssertDriven(Ablation ablation, bool estimator, bool trunk, bool output)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var network = AblatedNetwork.Create(AdaFormerConfiguration.Preset("tiny", 2), ablation);
        var answer = network.forward(rand(1, 3, 16, 16), double.PositiveInfinity);
        AdaFormerLoss.Of(answer, rand(1, 3, 32, 32), null, new TrainingConfiguration { Scale = 2 }, network.Policy).Usl.backward();
        Assert.AreEqual(estimator, IsDriven(AdaFormerNetwork.EstimatorPrefix), $"{ablation}: estimator");
        Assert.AreEqual(trunk, IsDriven("body.blocks.0."), $"{ablation}: trunk");
        Assert.AreEqual(output, IsDriven("upsampler."), $"{ablation}: upsampler");

        bool IsDriven(string prefix) => network.named_parameters()
            .Any(pair => pair.name.StartsWith(prefix, StringComparison.Ordinal) && pair.parameter.grad?.abs().sum().item<float>() > 0);
    }

    private static double Distance(Tensor a, Tensor b) =>
        a.contiguous().data<float>().Zip(b.contiguous().data<float>(), (x, y) => Math.Abs((double)x - y)).Average();
}
