using AdaFormer.Export.Weights.PyTorch;

namespace AdaFormer.Export.Weights;

/// <summary>
/// Reads published weights: safetensors, and files of PyTorch's <c>torch.save</c>, of any version. Files are treated as data: nothing in
/// them is executed, and everything except tensors, numbers, text and containers is rejected by name.
/// </summary>
public static class CheckpointReader
{
    /// <summary>Maximum size of a file, in bytes.</summary>
    public const long MaximumLength = 1L << 30;

    private const long MaximumElements = 1L << 28;
    private const int DeepestWrapper = 4;

    private enum Kind
    {
        Unknown,
        Safetensors,
        Zip,
        Legacy,
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsFormatException">It is damaged, too large, of an unknown kind, contains no tensors, or references something other than data.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImportedCheckpoint Read(string path) => Parse(ReadBytes(path), path);

    /// <summary>Whether a file begins like a supported checkpoint.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsCheckpoint(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[9];
        return KindOf(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))) != Kind.Unknown;
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The name to use in error messages.</param>
    /// <exception cref="WeightsFormatException">As for <see cref="Read"/>.</exception>
    public static ImportedCheckpoint Parse(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return KindOf(bytes) switch
        {
            Kind.Zip => FromPyTorch(ZipCheckpoint.Read(bytes, name), "PyTorch", name),
            Kind.Legacy => FromPyTorch(LegacyCheckpoint.Read(bytes, name), "PyTorch (before 1.6)", name),
            Kind.Safetensors => FromSafetensors(SafetensorsFile.Parse(bytes, name)),
            _ => throw new WeightsFormatException($"'{name}' is neither a safetensors file nor a PyTorch checkpoint. If it was downloaded, it may be a web page instead of the file."),
        };
    }

    /// <summary>Reads the bytes of a file, unless it is too large.</summary>
    internal static byte[] ReadBytes(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= MaximumLength
            ? File.ReadAllBytes(path)
            : throw new WeightsFormatException($"'{path}' has {length:N0} bytes; the maximum is {MaximumLength:N0}.");
    }

    private static Kind KindOf(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => Kind.Zip,
        [0x80, 2 or 3 or 4 or 5, ..] => Kind.Legacy,
        [_, _, _, _, _, _, _, _, (byte)'{', ..] => Kind.Safetensors,
        _ => Kind.Unknown,
    };

    private static ImportedCheckpoint FromSafetensors(SafetensorsFile file)
    {
        var (tensors, part) = TensorNames.WithoutPrefixes(file.Tensors);
        return new(new SafetensorsFile(tensors, file.Metadata), "safetensors", part.Length == 0 ? "all tensors" : $"'{part}'");
    }

    private static ImportedCheckpoint FromPyTorch(object? found, string format, string name)
    {
        var taken = new List<string>();
        string[] others = [];
        while (found is Dictionary<object, object?> dictionary && taken.Count < DeepestWrapper && TensorNames.WrapperIn(dictionary) is { } wrapper)
        {
            taken.Add(wrapper);
            others = [.. dictionary.Where(pair => !wrapper.Equals(pair.Key) && pair.Value is Dictionary<object, object?>).Select(pair => $"{pair.Key}").Order(StringComparer.Ordinal)];
            found = dictionary[wrapper];
        }

        var tensors = found is Dictionary<object, object?> state
            ? state.Where(pair => pair is { Key: string, Value: TorchTensor }).ToDictionary(pair => (string)pair.Key, pair => (TorchTensor)pair.Value!, StringComparer.Ordinal)
            : [];
        if (tensors.Count == 0)
        {
            var there = found is Dictionary<object, object?> keys ? string.Join(", ", keys.Keys.Take(10).Select(key => $"'{key}'")) : "no dictionary";
            throw new WeightsFormatException(
                $"'{name}' has no tensors at its top or under {string.Join(", ", TensorNames.Wrappers)}; there is {(there.Length == 0 ? "nothing" : there)}. Save the state dictionary alone.");
        }

        if (tensors.Values.Sum(tensor => Math.Min(tensor.Count, MaximumElements + 1)) is > MaximumElements and var count)
            throw new WeightsFormatException($"'{name}' has {count:N0} numbers or more; the maximum is {MaximumElements:N0}.");
        var (named, own) = TensorNames.WithoutPrefixes(tensors);
        var weights = new SafetensorsFile(named.ToDictionary(pair => pair.Key, pair => pair.Value.Read(), StringComparer.Ordinal));
        var where = string.Join('.', taken.Append(own).Where(part => part.Length > 0));
        where = where.Length == 0 ? "all tensors" : $"'{where}'";
        return new ImportedCheckpoint(weights, format, others.Length == 0 ? where : $"{where}, next to {string.Join(", ", others.Select(other => $"'{other}'"))}");
    }
}

/// <summary>The weights found in a checkpoint.</summary>
/// <param name="Weights">The tensors, all float32, without prefixes of wrappers, such as <c>module.</c>, in their names; and the metadata of a safetensors file.</param>
/// <param name="Format">The kind of file: <c>safetensors</c>, <c>PyTorch</c> or <c>PyTorch (before 1.6)</c>.</param>
/// <param name="Taken">Where in the file the weights were and what else is next to them, such as <c>'params_ema', next to 'params'</c>.</param>
public sealed record ImportedCheckpoint(SafetensorsFile Weights, string Format, string Taken);
