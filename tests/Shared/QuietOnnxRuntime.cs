using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Tests;

/// <summary>Tests open sessions of their own, of models whose threshold is an input with a default, and ONNX Runtime would warn of each.</summary>
internal static class QuietOnnxRuntime
{
    [ModuleInitializer]
    internal static void Prepare()
    {
        var environment = new EnvironmentCreationOptions { logId = "tests", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        OrtEnv.CreateInstanceWithOptions(ref environment);
    }
}
