namespace AdaFormer;

/// <summary>How a model is loaded.</summary>
public sealed class ModelOptions
{
    /// <summary>Where the model runs. Default: <see cref="Device.Auto"/>.</summary>
    public Device Device { get; init; } = Device.Auto;

    /// <summary>Which CUDA GPU, where the model runs on one. Default: 0, the first.</summary>
    public int GpuDeviceId { get; init; }

    /// <summary>Threads that one inference uses on the CPU. Default: 0, which means all processors.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether the file is handed to ONNX Runtime without a look at its operators, its tensors and the depth of its graphs. Default: no;
    /// set it only for a file of your own that the check refuses.
    /// </summary>
    public bool Trusted { get; init; }
}

/// <summary>Where a model runs.</summary>
public enum Device
{
    /// <summary>The GPU where ONNX Runtime was built with one and finds one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>A CUDA GPU, the first unless <see cref="ModelOptions.GpuDeviceId"/> says otherwise; an error where it is not there.</summary>
    Cuda,
}

/// <summary>The device that was asked for is not there.</summary>
public sealed class DeviceUnavailableException : Exception
{
    /// <summary>Says which device is missing and what to do.</summary>
    public DeviceUnavailableException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
