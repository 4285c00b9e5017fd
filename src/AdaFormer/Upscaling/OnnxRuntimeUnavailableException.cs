namespace AdaFormer;

/// <summary>ONNX Runtime's native library is missing, or too old for its .NET library.</summary>
public sealed class OnnxRuntimeUnavailableException : Exception
{
    /// <summary>Says which package is missing.</summary>
    public OnnxRuntimeUnavailableException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
