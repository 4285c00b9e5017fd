using AdaFormer.Cli;
using AdaFormer.Cli.Commands;
using AdaFormer.Programs;
using Microsoft.ML.OnnxRuntime;

// ONNX Runtime reports errors as exceptions, so its log is silenced; and a command-line tool sends no telemetry.
var environment = new EnvironmentCreationOptions { logId = "adaformer", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
OrtEnv.CreateInstanceWithOptions(ref environment).DisableTelemetryEvents();

return await ConsoleProgram.RunAsync(CommandLine.Create(), args, FarmCommand.Patience);
