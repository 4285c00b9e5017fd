using AdaFormer.MLNet.Mapping;

namespace AdaFormer.MLNet;

/// <summary>
/// The device that loaded pipelines run on. A saved pipeline contains no device, since it may be loaded on another machine, and ML.NET does
/// not show a loaded custom mapping its context's <see cref="Microsoft.ML.MLContext.GpuDeviceId"/>. Thread-safe.
/// </summary>
public static class AdaFormerDevice
{
    private static DeviceChoice _loaded = new(null, false);

    internal static DeviceChoice Loaded => Volatile.Read(ref _loaded);

    /// <summary>Sets the device of loaded pipelines, for every model that is first used after this call. Until then: the CPU.</summary>
    /// <param name="gpuDeviceId">The CUDA GPU; <see langword="null"/> for the CPU.</param>
    /// <param name="fallbackToCpu">Whether to use the CPU if the GPU is not available; otherwise that is an error at the first row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static void Use(int? gpuDeviceId, bool fallbackToCpu = false)
    {
        if (gpuDeviceId is { } id)
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(gpuDeviceId));
        Volatile.Write(ref _loaded, new DeviceChoice(gpuDeviceId, fallbackToCpu));
    }
}
