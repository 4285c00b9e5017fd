using System.CommandLine;
using AdaFormer.Export;
using AdaFormer.IO;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer export</c>: weights in, ONNX out.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var defaults = new ExportOptions();
        var weights = new Argument<string>("weights") { Description = "Safetensors file of an AdaFormer network" };
        var output = new Option<string>("--output", "-o") { Description = "ONNX file to write", Required = true, HelpName = "file" };
        var threshold = new Option<float>("--halting-threshold", "-t") { Description = "The graph's default threshold", DefaultValueFactory = _ => defaults.HaltingThreshold, HelpName = "number" };
        var data = new Option<string>("--training-data") { Description = "What the weights were trained on, for the metadata", DefaultValueFactory = _ => defaults.TrainingData, HelpName = "text" };
        var license = new Option<string>("--license") { Description = "The weights' licence, for the metadata", DefaultValueFactory = _ => defaults.License, HelpName = "text" };
        var overwrite = new Option<bool>("--overwrite", "-f") { Description = "Replace a file that exists" };
        var command = new Command("export", "Writes weights as an ONNX model, the halting inside") { weights, output, threshold, data, license, overwrite };
        command.SetGuardedAction((parsed, _) =>
        {
            var target = parsed.GetRequiredValue(output);
            var model = OnnxExporter.Export(File.ReadAllBytes(parsed.GetRequiredValue(weights)), new ExportOptions
            {
                HaltingThreshold = parsed.GetValue(threshold),
                TrainingData = parsed.GetRequiredValue(data),
                License = parsed.GetRequiredValue(license),
            });
            AtomicFile.Write(target, parsed.GetValue(overwrite), stream => stream.Write(model));
            Console.WriteLine($"{target}: {model.Length:N0} bytes");
            return 0;
        });
        return command;
    }
}
