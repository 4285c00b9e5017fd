using System.Text.RegularExpressions;
using AdaFormer.Files;
using AdaFormer.IO;

namespace AdaFormer.Batch;

/// <summary>Maps each picture to its output file, before any work is done.</summary>
public sealed partial class BatchPlan
{
    /// <summary>Default name of an output: <c>beach_x4</c> for <c>beach.jpg</c>, <c>beach_w1920</c> for a target width.</summary>
    public const string DefaultNamePattern = "{name}_{size}";

    private BatchPlan(string folder, IReadOnlyList<BatchItem> items)
    {
        OutputFolder = folder;
        Items = items;
    }

    /// <summary>The output folder.</summary>
    public string OutputFolder { get; }

    /// <summary>The pictures to upscale, in processing order.</summary>
    public IReadOnlyList<BatchItem> Items { get; }

    /// <summary>Names the outputs, and rejects names by which a file would be lost. Subfolders of the input become subfolders of the output.</summary>
    /// <param name="inputs">The pictures; one that is given twice counts once. Outputs of an earlier batch in the same folder are skipped.</param>
    /// <param name="outputFolder">The output folder; it need not exist.</param>
    /// <param name="size">The value of <c>{size}</c>, from <see cref="TargetSize.ToString"/>.</param>
    /// <param name="namePattern">The outputs' names without the extension; <c>{name}</c> is the input's name, <c>{extension}</c> its extension.</param>
    /// <param name="format">The outputs' extension, without the dot.</param>
    /// <param name="shard">The shard to keep, after all inputs are checked; <see langword="null"/>: all.</param>
    /// <exception cref="ArgumentException">The pattern has an unknown placeholder, or a folder.</exception>
    /// <exception cref="IOException">Two inputs would give the same output, an output is an input, or the output folder is a file.</exception>
    public static BatchPlan Make(
        IEnumerable<BatchInput> inputs, string outputFolder, TargetSize size, string namePattern = DefaultNamePattern, string format = "png", BatchShard? shard = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentException.ThrowIfNullOrEmpty(outputFolder);
        ArgumentNullException.ThrowIfNull(size);
        CheckPattern(namePattern);
        if (File.Exists(outputFolder))
            throw new IOException($"'{outputFolder}' is a file, expected a folder for the outputs.");
        var made = new BatchJournal(outputFolder, BatchShard.All).Outputs.Select(output => Path.GetFullPath(output, Path.GetFullPath(outputFolder))).ToHashSet();
        BatchItem[] items = [.. inputs.DistinctBy(input => (Path.GetFullPath(input.Path), input.Name)).Where(input => !made.Contains(Path.GetFullPath(input.Path))).Select(input => new BatchItem(input, OutputOf(input.Name)))];
        CheckOutputs(items, outputFolder);
        return new BatchPlan(outputFolder, shard is null ? items : [.. items.Where(item => shard.Contains(item.Input.Name))]);

        string OutputOf(string name)
        {
            var folder = name[..(name.LastIndexOf('/') + 1)];
            var file = Placeholder().Replace(namePattern, part => part.Value switch
            {
                "{name}" => Path.GetFileNameWithoutExtension(name),
                "{extension}" => Path.GetExtension(name).TrimStart('.'),
                _ => $"{size}",
            });
            return $"{folder}{file}.{format}";
        }
    }

    /// <summary>Rejects a pattern that <see cref="Make"/> cannot use.</summary>
    /// <exception cref="ArgumentException">The pattern has an unknown placeholder, or a folder.</exception>
    public static void CheckPattern(string namePattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(namePattern);
        if (namePattern.AsSpan().IndexOfAny('/', '\\') >= 0)
            throw new ArgumentException($"The name pattern '{namePattern}' contains a folder; outputs keep the folders of their inputs.");
        foreach (var part in Placeholder().Matches(namePattern).Select(match => match.Value))
        {
            if (part is not ("{name}" or "{size}" or "{extension}"))
                throw new ArgumentException($"The name pattern contains '{part}'; expected {{name}}, {{size}} or {{extension}}.");
        }
    }

    private static void CheckOutputs(BatchItem[] items, string outputFolder)
    {
        var sources = items.Select(item => AtomicFile.TargetOf(item.Input.Path)).ToHashSet(OutputPaths.PathComparer);
        var seen = new Dictionary<string, BatchItem>(OutputPaths.PathComparer);
        foreach (var item in items)
        {
            if (!seen.TryAdd(item.Output, item))
            {
                throw new IOException(
                    $"'{seen[item.Output].Input.Path}' and '{item.Input.Path}' would both become '{item.Output}'; use a name pattern that tells them apart, such as {{name}}-{{extension}}_{{size}}.");
            }

            var target = Path.Combine(outputFolder, item.Output);
            if (sources.Contains(AtomicFile.TargetOf(target)))
                throw new IOException($"'{target}' is an input, which is never overwritten; choose another folder or name pattern.");
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}

/// <summary>A picture of a batch and its output file.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Output">Path of the output file within the output folder, with <c>/</c> between the parts.</param>
public sealed record BatchItem(BatchInput Input, string Output);
