namespace AdaFormer;

/// <summary>Options for loading a model.</summary>
public sealed class ModelOptions
{
    /// <summary>The device that the model runs on. Default: <see cref="Device.Auto"/>.</summary>
    public Device Device { get; init; } = Device.Auto;

    /// <summary>Index of the CUDA GPU, if the model runs on one. Default: 0, the first.</summary>
    public int GpuDeviceId { get; init; }

    /// <summary>Number of CPU threads per inference. Default: 0, all processors.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether the file is passed to ONNX Runtime without checking its operators, its tensors and the depth of its graphs. Default: no;
    /// set it only for a file of your own that the check rejects.
    /// </summary>
    public bool Trusted { get; init; }

    /// <summary>
    /// The values that a model of other makers takes. Default: <see langword="null"/>, found out by trial. Models of this project say it
    /// themselves; for them this has no effect.
    /// </summary>
    public PixelRange? Range { get; init; }
}

/// <summary>The device that a model runs on.</summary>
public enum Device
{
    /// <summary>The GPU if ONNX Runtime was built for one and finds one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>A CUDA GPU, the first unless <see cref="ModelOptions.GpuDeviceId"/> selects another; an error if it is not available.</summary>
    Cuda,
}

/// <summary>The values that a model takes for black and for full intensity.</summary>
public enum PixelRange
{
    /// <summary>0 and 1.</summary>
    ZeroToOne = 1,

    /// <summary>0 and 255.</summary>
    ZeroTo255 = 255,

    /// <summary>−1 and 1.</summary>
    MinusOneToOne = -1,
}

/// <summary>The requested device is not available.</summary>
public sealed class DeviceUnavailableException : Exception
{
    /// <summary>Creates the exception with which device is missing and what to do.</summary>
    public DeviceUnavailableException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
