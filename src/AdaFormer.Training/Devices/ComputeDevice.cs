using System.Globalization;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Devices;

/// <summary>Opens the device of a configuration.</summary>
internal static class ComputeDevice
{
    private const string Auto = "auto";
    private const string Cuda = "cuda";

    public static bool IsName(string name) => name is Auto or "cpu" or Cuda || IndexOf(name) >= 0;

    /// <summary>Finds a device; auto takes the first CUDA device, or the CPU if there is none.</summary>
    /// <exception cref="TrainingConfigurationException">The requested device is not available.</exception>
    public static torch.Device Open(string name)
    {
        if (name == "cpu" || name == Auto && !cuda.is_available())
            return CPU;
        var count = cuda.is_available() ? cuda.device_count() : 0;
        var index = Math.Max(0, IndexOf(name));
        if (index < count)
            return device($"{Cuda}:{index}");
        throw new TrainingConfigurationException(
            $"device is {name}, but libtorch sees {(count == 0 ? "no CUDA device" : $"{count} CUDA device(s), counted from 0")}. " +
            "Check the driver (nvidia-smi) and that the program was built with -p:Cuda=true, or set device to auto or cpu.");
    }

    /// <summary>Sets the precision of products for the whole process.</summary>
    /// <exception cref="TrainingConfigurationException">The device does not support this precision.</exception>
    public static void SetPrecision(TrainingPrecision precision, torch.Device device)
    {
        if (precision == TrainingPrecision.Tf32 && device.type != DeviceType.CUDA)
            throw new TrainingConfigurationException($"precision is tf32, which only CUDA devices support; the device is {device}. Set precision to float32.");
        // libtorch's own default is TF32 for convolutions only.
        backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = precision == TrainingPrecision.Tf32;
    }

    private static int IndexOf(string name) =>
        name.StartsWith($"{Cuda}:", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : -1;
}
