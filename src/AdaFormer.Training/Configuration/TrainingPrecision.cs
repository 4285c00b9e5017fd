namespace AdaFormer.Training;

/// <summary>How exactly a CUDA device multiplies. Weights, averages and moments are float32 in any case.</summary>
public enum TrainingPrecision
{
    /// <summary>Full float32.</summary>
    Float32,

    /// <summary>TF32: products and convolutions with 10 bits of mantissa, on tensor cores. Only on CUDA.</summary>
    Tf32,
}
