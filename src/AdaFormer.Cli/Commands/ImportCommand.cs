using System.CommandLine;
using AdaFormer.Export;
using AdaFormer.Export.Architectures;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer import</c>: converts a published checkpoint to safetensors and ONNX with a model card.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "Published weights: a PyTorch file (.pth, .pt, .ckpt) or safetensors" };
        var output = new Option<string?>("--output", "-o") { Description = "ONNX file to write, or a folder for it; weights and card go next to it [default: the checkpoint's name, here]", HelpName = "file" };
        var source = new Option<string?>("--source") { Description = "Where the weights were published, for metadata and card", HelpName = "URL" };
        var license = new Option<string?>("--license") { Description = "The weights' licence, for metadata and card", HelpName = "text" };
        var data = new Option<string?>("--training-data") { Description = "Training data of the weights, for metadata and card", HelpName = "text" };
        var command = new Command("import", $"Converts a published checkpoint, read as data only, to a model: {string.Join(", ", ArchitectureRegistry.Names)}") { checkpoint, output, source, license, data, CommonOptions.Overwrite };
        command.SetGuardedAction((parsed, _) =>
        {
            var input = parsed.GetRequiredValue(checkpoint);
            var target = Target(input, parsed.GetValue(output));
            var (weightsTarget, cardTarget) = (Path.ChangeExtension(target, ".safetensors"), Path.ChangeExtension(target, ".md"));
            OutputPaths.Check(parsed.GetValue(CommonOptions.Overwrite), [input], target, weightsTarget, cardTarget);
            var options = new ExportOptions { Source = parsed.GetValue(source) };
            options.License = parsed.GetValue(license) ?? options.License;
            options.TrainingData = parsed.GetValue(data) ?? options.TrainingData;

            var (network, read, hash, weights, onnx) = CheckpointImport.Import(input, options);
            Try(onnx);

            var made = $"`{Path.GetFileName(input)}`, {read.Format}, {read.Taken}; SHA-256 `{hash}`";
            var card = ModelCard.Write(Path.GetFileNameWithoutExtension(target), network, options, made, (Path.GetFileName(target), onnx), (Path.GetFileName(weightsTarget), weights));
            AtomicFile.Write(weightsTarget, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(weights));
            AtomicFile.Write(cardTarget, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(card)));
            AtomicFile.Write(target, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(onnx));

            Console.WriteLine($"{target}: {network.Architecture} ({network.Preset}), {ScaleText.Of(network.Scale)}, {network.Parameters:N0} parameters; taken: {read.Taken}");
            Console.WriteLine($"{weightsTarget}, {cardTarget}: weights and card");
            if (options.Source is null)
                Terminal.Warn("the source of the weights is unknown; give --source so that others can find it");
            if (parsed.GetValue(license) is null)
                Terminal.Warn("the licence of the weights is unknown; give --license, and do not share the model before you know it");
            return 0;
        });
        return command;
    }

    private static string Target(string input, string? output)
    {
        var name = Path.ChangeExtension(Path.GetFileName(input), ".onnx");
        if (output is null || Directory.Exists(output))
            return Path.Combine(output ?? "", name);
        return Path.GetFileName(output).Length > 0 ? output : throw new DirectoryNotFoundException($"There is no folder '{output}'; create it, or give a file such as '{name}'.");
    }

    // A model that loads and gives a finite picture here does so everywhere; better tested now than at the first picture.
    private static void Try(byte[] onnx)
    {
        using var model = UpscalingModel.Load(onnx, new ModelOptions { Device = Device.Cpu });
        new Upscaler(model).Upscale(new Imaging.Picture(17, 11, Imaging.PixelLayout.Rgb));
    }
}
