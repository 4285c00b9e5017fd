namespace AdaFormer.Export.Weights;

/// <summary>A named float32 tensor in row-major order.</summary>
public sealed class WeightTensor
{
    /// <summary>Wraps values with their shape.</summary>
    /// <param name="shape">Extent of every axis; empty for a scalar.</param>
    /// <param name="values">As many values as the shape has elements, last axis fastest.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public WeightTensor(IReadOnlyList<long> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        var count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
        if (count != values.Length)
            throw new ArgumentException($"A tensor of shape [{string.Join(", ", shape)}] has {count} values, but {values.Length} were given.", nameof(values));
        Shape = shape;
        Values = values;
    }

    /// <summary>Extent of every axis.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, last axis fastest.</summary>
    public float[] Values { get; }
}
