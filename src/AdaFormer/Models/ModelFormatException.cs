namespace AdaFormer;

/// <summary>A model file is missing what it needs, damaged, or no super-resolution model.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Says what is wrong with the model and what was expected.</summary>
    public ModelFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
