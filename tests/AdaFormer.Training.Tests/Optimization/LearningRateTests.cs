using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Tests.Optimization;

[TestClass]
public sealed class LearningRateTests
{
    [TestMethod]
    public void CosineWarmsUpAndEndsNearZero()
    {
        var configuration = new TrainingConfiguration
        {
            LearningRate = 1,
            Schedule = LearningRateSchedule.Cosine,
            WarmUpIterations = 10,
            Iterations = 110,
        };
        Assert.AreEqual(0.1, LearningRate.At(configuration, 0), 1e-9);
        Assert.AreEqual(1, LearningRate.At(configuration, 9), 1e-9);
        Assert.AreEqual(1, LearningRate.At(configuration, 10), 1e-9);
        Assert.AreEqual(0.5, LearningRate.At(configuration, 60), 1e-9);
        Assert.IsLessThan(1e-3, LearningRate.At(configuration, 109));
    }

    [TestMethod]
    public void HalvingHalvesAfterEachInterval()
    {
        var configuration = new TrainingConfiguration { LearningRate = 1, HalvingInterval = 100, Iterations = 1000 };
        Assert.AreEqual(1, LearningRate.At(configuration, 99));
        Assert.AreEqual(0.5, LearningRate.At(configuration, 100));
        Assert.AreEqual(0.125, LearningRate.At(configuration, 350));
    }
}
