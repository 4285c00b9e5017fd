using System.CommandLine;
using System.Security.Cryptography;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer info</c>: describes a model or weights file.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("file") { Description = "ONNX model (also of other makers), safetensors weights or PyTorch checkpoint [default: the built-in model]", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("info", "Describes a model or weights file") { file, CommonOptions.Range, CommonOptions.Trust };
        command.SetGuardedAction((parsed, _) =>
        {
            var path = parsed.GetValue(file);
            var rows = path is not null && CheckpointReader.IsCheckpoint(path) ? Weights(path) : Model(path, new ModelOptions { Range = parsed.GetValue(CommonOptions.Range), Trusted = parsed.GetValue(CommonOptions.Trust) });
            var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("");
            foreach (var (key, value) in rows)
                table.AddRow(Markup.Escape(key), Markup.Escape(value));
            Terminal.Output.Write(table);
            return 0;
        });
        return command;
    }

    private static IEnumerable<(string Key, string Value)> Model(string? path, ModelOptions options)
    {
        using var model = path is null ? UpscalingModel.LoadBuiltIn(options) : UpscalingModel.Load(path, options);
        var facts = new List<(string, string)> { ("model", path ?? "built-in") };
        if (path is not null)
            facts.AddRange(OfFile(path));
        facts.AddRange(model.Description.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        facts.AddRange(model.Description.Assumptions.Select(assumption => ("note", assumption)));
        facts.Add(("runs on", model.Device.ToString()));
        return facts;
    }

    private static IEnumerable<(string Key, string Value)> Weights(string path)
    {
        var checkpoint = CheckpointReader.Read(path);
        var file = checkpoint.Weights;
        return
        [
            ("weights", path),
            .. OfFile(path),
            ("format", checkpoint.Format),
            ("taken", checkpoint.Taken),
            .. OfNetwork(file),
            ("tensors", file.Tensors.Count.ToString()),
            ("parameters", $"{file.Tensors.Values.Sum(tensor => tensor.Values.LongLength):N0}"),
            .. file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
        ];
    }

    private static IEnumerable<(string Key, string Value)> OfNetwork(SafetensorsFile file)
    {
        NetworkDescription network;
        try
        {
            network = ArchitectureRegistry.Describe(file);
        }
        catch (WeightsFormatException exception)
        {
            return [("network", exception.Message)];
        }

        return
        [
            ("network", $"{network.Architecture} ({network.Preset}), {ScaleText.Of(network.Scale)}"),
            ("multiply-adds per pixel", $"{network.MultiplyAddsPerPixel:N0}"),
            ("sizes", $"multiples of {network.SizeMultiple}, others are padded; tiles should overlap by {network.TileOverlap}"),
            ("precisions", string.Join(", ", network.Precisions)),
            ("halts", network.Halts ? "yes" : "no"),
        ];
    }

    private static IEnumerable<(string Key, string Value)> OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        yield return ("bytes", $"{stream.Length:N0}");
        yield return ("sha256", Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
