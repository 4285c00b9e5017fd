using AdaFormer.Evaluation;
using AdaFormer.Imaging;
using AdaFormer.Tests.Inference;

namespace AdaFormer.Tests.Evaluation;

[TestClass]
public class ThresholdCalibrationTests
{
    [TestMethod]
    public void ASmallerLossIsPaidWithASmallerSaving()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        Picture[] pictures = [Models.Picture(160, 120), Models.Picture(131, 97)];
        var tried = new List<ThresholdScore>();

        var strict = ThresholdCalibration.Find(model, pictures, 0.005, new Collector<ThresholdScore>(tried));
        var loose = ThresholdCalibration.Find(model, pictures, 0.5);

        var unhalted = tried[0];
        Assert.AreEqual((float.PositiveInfinity, 0.0), (unhalted.Threshold, unhalted.HaltedShare));
        Assert.IsLessThanOrEqualTo(0.005, unhalted.PsnrY - strict.PsnrY);
        Assert.IsLessThanOrEqualTo(strict.Threshold, loose.Threshold);
        Assert.IsGreaterThanOrEqualTo(strict.HaltedShare, loose.HaltedShare);
    }

    [TestMethod]
    public void ThereMustBePicturesAndALoss()
    {
        using var model = Models.Load("tiny-x4");

        Assert.ThrowsExactly<ArgumentException>(() => ThresholdCalibration.Find(model, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ThresholdCalibration.Find(model, [Models.Picture(16, 16)], -1));
    }
}
