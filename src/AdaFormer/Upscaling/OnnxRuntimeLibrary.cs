using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>ONNX Runtime's native library, which the application provides.</summary>
public static class OnnxRuntimeLibrary
{
    /// <summary>Checks that the library is available; loading a model does this first.</summary>
    /// <exception cref="OnnxRuntimeUnavailableException">It is missing or too old.</exception>
    public static void Require()
    {
        try
        {
            using var any = new SessionOptions();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            var version = typeof(SessionOptions).Assembly.GetName().Version!.ToString(3);
            var what = exception.GetBaseException() is DllNotFoundException ? "is missing" : "does not fit its .NET library";
            throw new OnnxRuntimeUnavailableException(
                $"ONNX Runtime's native library {what}: add the package Microsoft.ML.OnnxRuntime, or for a GPU Microsoft.ML.OnnxRuntime.Gpu, in version {version} or later to the application. ({exception.GetBaseException().Message.Split('\n')[0]})",
                exception);
        }
    }
}

/// <summary>ONNX Runtime's native library is missing, or too old for its .NET library.</summary>
public sealed class OnnxRuntimeUnavailableException : Exception
{
    /// <summary>Creates the exception with which package is missing.</summary>
    public OnnxRuntimeUnavailableException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
