namespace AdaFormer;

/// <summary>Where a model runs.</summary>
public enum Device
{
    /// <summary>The GPU where ONNX Runtime was built with one and finds one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA GPU; an error where there is none.</summary>
    Cuda,
}
