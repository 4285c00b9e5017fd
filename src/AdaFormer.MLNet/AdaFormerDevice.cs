using AdaFormer.MLNet.Mapping;

namespace AdaFormer.MLNet;

/// <summary>
/// Where pipelines run that were loaded. What is saved names no device, since it may be loaded on another machine, and ML.NET does not show
/// a loaded custom mapping its context's <see cref="Microsoft.ML.MLContext.GpuDeviceId"/>. Thread-safe.
/// </summary>
public static class AdaFormerDevice
{
    private static DeviceChoice _loaded = new(null, false);

    internal static DeviceChoice Loaded => Volatile.Read(ref _loaded);

    /// <summary>Chooses the device for pipelines that were loaded, from the next row on that begins with a model not yet there. Until it is called: the CPU.</summary>
    /// <param name="gpuDeviceId">The CUDA GPU; <see langword="null"/> for the CPU.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do where the GPU is not there; otherwise that is an error at the first row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static void Use(int? gpuDeviceId, bool fallbackToCpu = false)
    {
        if (gpuDeviceId is { } id)
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(gpuDeviceId));
        Volatile.Write(ref _loaded, new DeviceChoice(gpuDeviceId, fallbackToCpu));
    }
}
