namespace AdaFormer.Export.Weights;

/// <summary>A weights file is damaged, or does not hold what the architecture needs.</summary>
public sealed class WeightsFormatException : Exception
{
    /// <summary>Says what is wrong with the file and what was expected.</summary>
    public WeightsFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
