namespace AdaFormer;

/// <summary>How a model is loaded.</summary>
public sealed class ModelOptions
{
    /// <summary>Where the model runs. Default: <see cref="Device.Auto"/>.</summary>
    public Device Device { get; init; } = Device.Auto;

    /// <summary>Threads that one inference uses on the CPU. Default: 0, which means all processors.</summary>
    public int Threads { get; init; }
}
