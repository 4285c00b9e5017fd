using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Where pipelines run, before and after they were saved, and what is logged of it.</summary>
[TestClass]
[DoNotParallelize]
public class DeviceAndLogTests
{
    private readonly MLContext _context = new(1);
    private readonly List<string> _log = [];

    public DeviceAndLogTests() => _context.Log += (_, line) =>
    {
        if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info)
            _log.Add(line.Message);
    };

    [TestMethod]
    public void ModelAndDeviceAreLoggedAndNothingElse()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        var model = _context.Transforms.AdaFormerUpscale("Large", "Image").Fit(data);

        Assert.HasCount(1, _log, string.Join('\n', _log));
        Assert.Contains("Column 'Large': tiny-x4 (SHA-256 ", _log[0]);
        Assert.Contains("for JPEG photo-x4", _log[0]);
        Images.Pixels(model.Transform(data), "Large");
        Assert.Contains("tiny-x4 runs on the CPU.", _log[^1]);
    }

    [TestMethod]
    public void ADeviceIsNotSavedAndTheLoadersIsTaken()
    {
        var data = Images.Load(_context, new SizedImageRow { Image = Images.Image(12, 10) });
        // No machine has these GPUs.
        var here = new AdaFormerUpscalingEstimator(_context, new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Image", ModelOptions = new ModelOptions { Device = Device.Cuda, GpuDeviceId = 999 } }).Fit(data);
        Assert.ThrowsExactly<DeviceUnavailableException>(() => Images.Pixels(here.Transform(data), "Large"));
        using var file = new MemoryStream();
        _context.Model.Save(here, null, file);

        CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Loaded());
        try
        {
            AdaFormerDevice.Use(998);
            Assert.ThrowsExactly<DeviceUnavailableException>(() => Loaded());
            AdaFormerDevice.Use(998, fallbackToCpu: true);
            CollectionAssert.AreEqual(Images.Upscaled(Images.Picture(12, 10)), Loaded());
        }
        finally
        {
            AdaFormerDevice.Use(null);
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdaFormerDevice.Use(-1));

        byte[] Loaded() => Images.Pixels(new MLContext().Model.Load(file, out _).Transform(data), "Large").Single()!;
    }
}
