namespace AdaFormer;

/// <summary>A model failed on a picture, or gave something that is no picture.</summary>
public sealed class UpscalingException : Exception
{
    /// <summary>Whether memory ran out; smaller tiles, or another time, may then do.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Says what failed and what to do.</summary>
    public UpscalingException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
