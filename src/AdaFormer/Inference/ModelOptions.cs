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
}
