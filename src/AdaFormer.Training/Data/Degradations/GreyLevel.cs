namespace AdaFormer.Training.Data.Degradations;

/// <summary>Numbers in 0..1 as 8-bit files keep them.</summary>
internal static class GreyLevel
{
    /// <summary>The nearest of 0 to 255.</summary>
    public static byte Of(float value) => (byte)Math.Clamp(MathF.Round(value * 255), 0, 255);
}
