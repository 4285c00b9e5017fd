using AdaFormer.Cli;
using AdaFormer.Programs;
using Microsoft.ML.OnnxRuntime;

// What ONNX Runtime has to say to users comes as exceptions; and a command-line tool reports nothing to anyone.
var environment = new EnvironmentCreationOptions { logId = "adaformer", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
OrtEnv.CreateInstanceWithOptions(ref environment).DisableTelemetryEvents();

return await ConsoleProgram.RunAsync(CommandLine.Create(), args);
