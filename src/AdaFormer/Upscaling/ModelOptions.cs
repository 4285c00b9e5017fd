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
