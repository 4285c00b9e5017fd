namespace AdaFormer.Export.Weights;

/// <summary>How an activation is stored in eight bits: (value / Scale) + Zero, rounded and clipped to 0 to 255.</summary>
internal readonly record struct AffineQuantization(float Scale, byte Zero)
{
    /// <summary>The quantization that spends its 256 steps on a range, widened to hold 0, which padding needs exactly.</summary>
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
