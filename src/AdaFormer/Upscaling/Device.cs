namespace AdaFormer;

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
