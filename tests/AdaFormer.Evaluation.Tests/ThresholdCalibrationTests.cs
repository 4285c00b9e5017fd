using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.Tests;
using AdaFormer.Tests.Upscaling;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class ThresholdCalibrationTests
{
    [TestMethod]
    public void ASmallerLossIsPaidWithASmallerSaving()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        Picture[] pictures = [Models.Picture(160, 120), Models.Picture(131, 97)];
        var tried = new List<ThresholdScore>();

        var strict = ThresholdCalibration.Find(model, pictures, 0.005, progress: new Collector<ThresholdScore>(tried));
        var loose = ThresholdCalibration.Find(model, pictures, 0.5);

        var unhalted = tried[0];
        Assert.AreEqual((float.PositiveInfinity, 0.0), (unhalted.Threshold, unhalted.HaltedShare));
        Assert.IsLessThanOrEqualTo(0.005, unhalted.PsnrY - strict.PsnrY);
        Assert.IsLessThanOrEqualTo(strict.Threshold, loose.Threshold);
        Assert.IsGreaterThanOrEqualTo(strict.HaltedShare, loose.HaltedShare);
    }

    [TestMethod]
    public void WhatTheInputsGoThroughIsMeasured()
    {
        using var model = UpscalingModel.LoadBuiltIn();
        var picture = Models.Picture(128, 96);
        var tried = new List<ThresholdScore>();

        ThresholdCalibration.Find(model, [picture], 0.02, input => JpegBlocks.Spoil(input, 40), new Collector<ThresholdScore>(tried));

        var spoilt = JpegBlocks.Spoil(BicubicResampler.Downscale(picture, 4), 40);
        var expected = new Upscaler(model, new UpscaleOptions { HaltingThreshold = float.PositiveInfinity }).Upscale(spoilt).Picture;
        Assert.AreEqual(ImageMetrics.Psnr.Measure(picture, expected, 4), tried[0].PsnrY, 1e-9);
    }

    [TestMethod]
    public void ThereMustBePicturesAndALoss()
    {
        using var model = Models.Load("tiny-x4");

        Assert.ThrowsExactly<ArgumentException>(() => ThresholdCalibration.Find(model, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ThresholdCalibration.Find(model, [Models.Picture(16, 16)], -1));
    }
}
