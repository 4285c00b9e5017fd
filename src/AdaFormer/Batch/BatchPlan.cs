using System.Text.RegularExpressions;
using AdaFormer.Files;
using AdaFormer.IO;

namespace AdaFormer.Batch;

/// <summary>Which picture becomes which file, settled before any work.</summary>
public sealed partial class BatchPlan
{
    /// <summary>The name of an output unless another is asked for: <c>beach_x4</c> for <c>beach.jpg</c>, <c>beach_w1920</c> where a width is asked for.</summary>
    public const string DefaultNamePattern = "{name}_{size}";

    private BatchPlan(string folder, IReadOnlyList<BatchItem> items)
    {
        OutputFolder = folder;
        Items = items;
    }

    /// <summary>The folder that the outputs go into.</summary>
    public string OutputFolder { get; }

    /// <summary>What is to be done, in this order.</summary>
    public IReadOnlyList<BatchItem> Items { get; }

    /// <summary>Names the outputs, and refuses names that would lose a file. Folders within the inputs' become folders within the output's.</summary>
    /// <param name="inputs">The pictures. Those that an earlier batch wrote into the same folder are left out.</param>
    /// <param name="outputFolder">The folder for the outputs, which need not exist.</param>
    /// <param name="size">What <c>{size}</c> stands for, as <see cref="TargetSize.ToString"/> gives it.</param>
    /// <param name="namePattern">The outputs' names without the ending; <c>{name}</c> is the input's name, <c>{extension}</c> its ending.</param>
    /// <param name="format">The outputs' ending, without the dot.</param>
    /// <param name="shard">The share to keep, of inputs that are all checked; <see langword="null"/>: all.</param>
    /// <exception cref="ArgumentException">The pattern has a part that is not known, or a folder.</exception>
    /// <exception cref="IOException">Two inputs would become one output, an output is an input, or the output folder is a file.</exception>
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
        BatchItem[] items = [.. inputs.Where(input => !made.Contains(Path.GetFullPath(input.Path))).Select(input => new BatchItem(input, OutputOf(input.Name)))];
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

    /// <summary>Refuses a pattern that <see cref="Make"/> cannot work with.</summary>
    /// <exception cref="ArgumentException">The pattern has a part that is not known, or a folder.</exception>
    public static void CheckPattern(string namePattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(namePattern);
        if (namePattern.AsSpan().IndexOfAny('/', '\\') >= 0)
            throw new ArgumentException($"The name pattern '{namePattern}' has a folder in it; outputs lie in folders as inputs do.");
        foreach (var part in Placeholder().Matches(namePattern).Select(match => match.Value))
        {
            if (part is not ("{name}" or "{size}" or "{extension}"))
                throw new ArgumentException($"The name pattern has '{part}'; expected {{name}}, {{size}} or {{extension}}.");
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
                    $"'{seen[item.Output].Input.Path}' and '{item.Input.Path}' would both become '{item.Output}'; give a pattern of names that differ, such as {{name}}-{{extension}}_{{size}}.");
            }

            var target = Path.Combine(outputFolder, item.Output);
            if (sources.Contains(AtomicFile.TargetOf(target)))
                throw new IOException($"'{target}' is an input, which is never overwritten; choose another folder or pattern of names.");
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}

/// <summary>A picture of a batch and the file that it becomes.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Output">The name of the file to write within the output folder, with <c>/</c> between the parts.</param>
public sealed record BatchItem(BatchInput Input, string Output);
