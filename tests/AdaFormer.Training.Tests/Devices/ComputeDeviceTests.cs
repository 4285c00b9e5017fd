using AdaFormer.Tests;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Devices;
using AdaFormer.Training.Progress;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Devices;

[TestClass]
public sealed class ComputeDeviceTests
{
    [TestMethod]
    public void R18_ADeviceThatIsNotThereIsAnError()
    {
        var error = Assert.ThrowsExactly<TrainingConfigurationException>(() => ComputeDevice.Open("cuda:99"));
        Assert.Contains("device is cuda:99", error.Message);
        Assert.Contains("-p:Cuda=true", error.Message);
    }

    [TestMethod]
    public void R18_ARunAsksForItsDeviceBeforeItDoesAnything()
    {
        using var folder = new TemporaryFolder();
        var configuration = new TrainingConfiguration
        {
            TrainingFolders = [folder.FullName],
            OutputFolder = folder.File("run"),
            Device = "cuda:99",
        };
        Assert.ThrowsExactly<TrainingConfigurationException>(() => new Trainer(configuration).Run());
        Assert.IsFalse(Directory.Exists(folder.File("run")));
    }

    [TestMethod]
    public void R18_AutoTakesWhatIsThereAndTheRunSaysWhat()
    {
        var expected = cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU;
        Assert.AreEqual(expected, ComputeDevice.Open("auto").type);
        Assert.AreEqual(DeviceType.CPU, ComputeDevice.Open("cpu").type);
        using var folder = new TemporaryFolder();
        var notices = new Notices();
        var trainer = new Trainer(new TrainingConfiguration { TrainingFolders = [folder.File("none")], OutputFolder = folder.File("run") });
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => trainer.Run(progress: notices));
        Assert.Contains($"training on {ComputeDevice.Open("auto")}", notices.Single());
    }

    [TestMethod]
    public void Tf32IsForCudaAloneAndFloat32IsFullFloat32()
    {
        Assert.Contains("float32", Assert.ThrowsExactly<TrainingConfigurationException>(
            () => ComputeDevice.SetPrecision(TrainingPrecision.Tf32, CPU)).Message);
        backends.cudnn.allow_tf32 = true;
        ComputeDevice.SetPrecision(TrainingPrecision.Float32, CPU);
        Assert.IsFalse(backends.cudnn.allow_tf32 || backends.cuda.matmul.allow_tf32);
    }

    private sealed class Notices : List<string>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Stage == TrainingStage.Notice)
                Add(value.Message!);
        }
    }
}
