using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>The loss with a teacher against sums in double precision.</summary>
[TestClass]
public class TeacherLossTests
{
    [TestMethod]
    [DataRow(0.25)]
    [DataRow(1)]
    public void TheTrunkLearnsFromBothAndTheEstimatorFromTheTrueOne(double weight)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var (upscaled, high, teacher) = (rand(2, 3, 10, 6).requires_grad_(), rand(2, 3, 10, 6), rand(2, 3, 10, 6));
        var output = new NetworkOutput(upscaled, zeros(1), rand(2, 4, 5, 3).requires_grad_());
        var configuration = new TrainingConfiguration { Scale = 2, LossAlpha = 0.5, TeacherWeight = weight };
        var plain = AdaFormerLoss.Of(output, high, null, configuration, new ConfidencePolicy(configuration.Network));
        var taught = AdaFormerLoss.Of(output, high, teacher, configuration, new ConfidencePolicy(configuration.Network));

        Assert.AreEqual(plain.Usl.item<float>(), taught.Usl.item<float>());
        Assert.AreEqual(plain.L1.item<float>(), taught.L1.item<float>());
        Assert.AreEqual(Distance(upscaled, high), plain.L1.item<float>(), 1e-6);
        var trunk = (1 - weight) * Distance(upscaled, high) + weight * Distance(upscaled, teacher);
        Assert.AreEqual(trunk + 0.5 * plain.Usl.item<float>(), taught.Total.item<float>(), 1e-3);

        taught.Total.backward();
        var expected = (sign(upscaled - high) * (1 - weight) + sign(upscaled - teacher) * weight) / upscaled.numel();
        Assert.IsLessThan(1e-7f, (expected - upscaled.grad!).abs().max().item<float>());
    }

    [TestMethod]
    public void ByTheSquaredErrorTheLogAndTheEstimatorStayTheSame()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        var (upscaled, high, teacher) = (rand(2, 3, 10, 6).requires_grad_(), rand(2, 3, 10, 6), rand(2, 3, 10, 6));
        var output = new NetworkOutput(upscaled, zeros(1), rand(2, 4, 5, 3));
        var configuration = new TrainingConfiguration { Scale = 2, LossAlpha = 0.5, TeacherWeight = 0.25 };
        var absolute = AdaFormerLoss.Of(output, high, teacher, configuration, new ConfidencePolicy(configuration.Network));
        var squared = AdaFormerLoss.Of(output, high, teacher, configuration with { PixelLoss = PixelLoss.L2 }, new ConfidencePolicy(configuration.Network));

        Assert.AreEqual(absolute.L1.item<float>(), squared.L1.item<float>());
        Assert.AreEqual(absolute.Usl.item<float>(), squared.Usl.item<float>());
        squared.Total.backward();
        var expected = 2 * (((upscaled - high) * 0.75) + ((upscaled - teacher) * 0.25)) / upscaled.numel();
        Assert.IsLessThan(1e-7f, (expected - upscaled.grad!).abs().max().item<float>());
    }

    [TestMethod]
    [DynamicData(nameof(SmallNetworks.Names), typeof(SmallNetworks))]
    public void NetworksWithoutHaltingLearnFromBoth(string architecture)
    {
        using var scope = NewDisposeScope();
        var configuration = SmallNetworks.Configuration(architecture) with { TeacherWeight = 0.25 };
        using var network = TrainableArchitectures.Create(configuration);
        network.Module.eval();
        var batch = new PatchBatch(rand(1, 3, 16, 16), rand(1, 3, 32, 32)) { Teacher = rand(1, 3, 32, 32) };
        var upscaled = network.Upscale(batch.Low).Images;

        var loss = network.Loss(batch, 0);
        var plain = network.Loss(batch with { Teacher = null }, 0);

        var fromTrue = Distance(upscaled, batch.High);
        Assert.AreEqual(0.75 * fromTrue + 0.25 * Distance(upscaled, batch.Teacher), loss.Total.item<float>(), 1e-6);
        Assert.AreEqual(fromTrue, plain.Total.item<float>(), 1e-6);
        Assert.AreEqual(fromTrue, loss.Figures["l1"].item<float>(), 1e-6, "The log compares with the true pictures.");
    }

    private static double Distance(Tensor a, Tensor b) =>
        a.detach().contiguous().data<float>().Zip(b.contiguous().data<float>(), (x, y) => Math.Abs((double)x - y)).Average();
}
