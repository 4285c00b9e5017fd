namespace AdaFormer.Export;

/// <summary>Metadata and default halting threshold of an exported graph.</summary>
public sealed class ExportOptions
{
    /// <summary>The graph's default halting threshold. Default: 0.95, the paper's 1 − ε. Lower halts earlier; a very large value halts nothing.</summary>
    public float HaltingThreshold { get; set; } = 0.95f;

    /// <summary>Training data of the weights, for the graph's metadata. Default: unknown.</summary>
    public string TrainingData { get; set; } = "unknown";

    /// <summary>The licence of the weights, for the graph's metadata. Default: unknown.</summary>
    public string License { get; set; } = "unknown";

    /// <summary>Where the weights were published, for the graph's metadata. Default: <see langword="null"/>, unspecified.</summary>
    public string? Source { get; set; }

    /// <summary>
    /// Makes the convolutions of encoder and decoder INT8, for the CPU: the range of every activation that they read or write, by the names of
    /// the outputs of <see cref="OnnxExporter.ExportForCalibration"/>. Default: <see langword="null"/>, all in FP32.
    /// </summary>
    public IReadOnlyDictionary<string, (float Minimum, float Maximum)>? ActivationRanges { get; set; }

    /// <summary>
    /// Stores weights and computes in float16 (FP16), for GPUs; inputs, outputs and the halting decisions stay in float32. Cannot be combined
    /// with <see cref="ActivationRanges"/>. Default: <see langword="false"/>.
    /// </summary>
    public bool Float16 { get; set; }

    /// <summary>
    /// Fixed image size in pixels, one image at a time, for runtimes that do not support unknown shapes, such as
    /// ML.NET's <c>ApplyOnnxModel</c>. Default: <see langword="null"/>, any number of images of any size.
    /// </summary>
    public (int Width, int Height)? FixedSize { get; set; }
}
