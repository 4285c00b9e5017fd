namespace AdaFormer.Export.Weights;

/// <summary>A convolution's kernel in integers from −64 to 64 with a scale per output channel and no offset, and its bias in units of input scale times that scale.</summary>
internal sealed record QuantizedKernel(long[] Shape, sbyte[] Values, float[] Scales, int[] Bias)
{
    // Processors without VNNI add products in pairs that saturate at 16 bits: 2 · 255 · 64 is the largest that fits.
    private const int LargestWeight = 64;

    // Bias and products are summed in 32 bits; a quarter of the range for the bias leaves the products more room than they need.
    private const float LargestBias = int.MaxValue / 4;

    /// <summary>Quantizes a kernel (out, in, height, width) for inputs of a given scale.</summary>
    public static QuantizedKernel Of(WeightTensor kernel, float[] bias, float inputScale)
    {
        var size = kernel.Values.Length / bias.Length;
        var (values, scales, integers) = (new sbyte[kernel.Values.Length], new float[bias.Length], new int[bias.Length]);
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var weights = kernel.Values.AsSpan(channel * size, size);
            var largest = 0f;
            foreach (var weight in weights)
                largest = Math.Max(largest, Math.Abs(weight));
            var scale = Math.Max(largest / LargestWeight, Math.Abs(bias[channel]) / inputScale / LargestBias);
            scales[channel] = scale = scale == 0 ? 1 : scale;
            for (var index = 0; index < size; index++)
                values[(channel * size) + index] = (sbyte)MathF.Round(weights[index] / scale);
            integers[channel] = (int)Math.Round((double)bias[channel] / ((double)inputScale * scale));
        }

        return new QuantizedKernel([.. kernel.Shape], values, scales, integers);
    }
}

/// <summary>How an activation is stored in eight bits: (value / Scale) + Zero, rounded and clipped to 0 to 255.</summary>
internal readonly record struct AffineQuantization(float Scale, byte Zero)
{
    /// <summary>The quantization that uses its 256 steps for a range, widened to include 0, which padding needs exactly.</summary>
    /// <exception cref="ArgumentException">The range is empty or not finite.</exception>
    public static AffineQuantization Of(string name, float minimum, float maximum)
    {
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum) || minimum > maximum)
            throw new ArgumentException($"The range of '{name}' is {minimum} to {maximum}; expected finite numbers, the smaller first.");
        (minimum, maximum) = (Math.Min(minimum, 0), Math.Max(maximum, 0));
        var scale = (maximum - minimum) / byte.MaxValue;
        return scale == 0 ? new AffineQuantization(1, 0) : new AffineQuantization(scale, (byte)Math.Clamp(MathF.Round(-minimum / scale), 0, byte.MaxValue));
    }
}
