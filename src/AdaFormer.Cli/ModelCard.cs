using System.Globalization;
using System.Security.Cryptography;
using AdaFormer.Export;
using AdaFormer.Export.Architectures;

namespace AdaFormer.Cli;

/// <summary>The card of an imported model, in Markdown: its network, source and licence.</summary>
internal static class ModelCard
{
    public static string Write(string name, NetworkDescription network, ExportOptions options, string checkpoint, params (string File, byte[] Bytes)[] files) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # {name}

        | | |
        |---|---|
        | architecture | `{network.Architecture}`, preset `{network.Preset}` |
        | scale | {network.Scale} |
        | parameters | {network.Parameters:N0} |
        | multiply-adds per input pixel | {network.MultiplyAddsPerPixel:N0} |
        | source | {options.Source ?? "**unknown**: say where the weights were published"} |
        | licence | {(options.License == new ExportOptions().License ? "**unknown**: ask the authors before you share the weights" : options.License)} |
        | training data | {options.TrainingData} |
        | made from | {checkpoint} |
        {string.Join('\n', files.Select(file => $"| `{file.File}` | {file.Bytes.Length} bytes, SHA-256 `{Convert.ToHexStringLower(SHA256.HashData(file.Bytes))}` |"))}

        """);
}
