using AdaFormer.Export.Weights.PyTorch;

namespace AdaFormer.Export.Weights;

/// <summary>What training programs put around a network's tensors: dictionaries in dictionaries, and prefixes of their names.</summary>
internal static class TensorNames
{
    // Moving averages of the weights come first: authors measure with these. Those of a generator before those of all that was trained with it.
    public static IReadOnlyList<string> Wrappers { get; } =
    [
        "params_ema", "ema", "model_ema", "ema_model", "ema_state_dict", "generator_ema", "netG_ema", "net_g_ema", "g_ema",
        "params", "generator", "netG", "net_g", "state_dict", "model_state_dict", "model", "network", "net", "weights",
    ];

    // A part of the tensors may have one of these and the others, of a discriminator or the weights before averaging, none or another.
    private static readonly string[] Parts = ["params_ema.", "generator_ema.", "netG_ema.", "net_g_ema.", "model_ema.", "ema_model.", "params.", "generator.", "netG.", "net_g."];

    // If not all of the tensors have one of these, it is a part of a layer's own name.
    private static readonly string[] Containers = ["module.", "_orig_mod.", "state_dict.", "model.", "network.", "net."];

    /// <summary>The key of the dictionary that has the tensors, directly or in another; <see langword="null"/> if they are here already.</summary>
    public static string? WrapperIn(Dictionary<object, object?> dictionary)
    {
        if (Wrappers.FirstOrDefault(wrapper => dictionary.GetValueOrDefault(wrapper) is Dictionary<object, object?>) is { } known)
            return known;
        if (dictionary.Values.Any(value => value is TorchTensor))
            return null;
        var candidates = dictionary
            .Where(pair => pair.Key is string && pair.Value is Dictionary<object, object?> inner && inner.Any(entry => entry is { Key: string, Value: TorchTensor }))
            .Take(2)
            .ToArray();
        return candidates.Length == 1 ? (string)candidates[0].Key : null;
    }

    /// <summary>The tensors of a network, without the prefixes of their names; and which part of all tensors they are, empty if they are all.</summary>
    public static (Dictionary<string, T> Tensors, string Part) WithoutPrefixes<T>(IReadOnlyDictionary<string, T> tensors)
    {
        var current = tensors.Where(pair => pair.Key != "n_averaged").ToDictionary(StringComparer.Ordinal);
        var parts = new List<string>();
        while (true)
        {
            var part = Array.Find(Parts, prefix => current.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            if (part is not null)
                parts.Add(part[..^1]);
            if ((part ?? ContainerOf(current.Keys)) is not { } prefix)
                return (current, string.Join('.', parts));
            current = current
                .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
        }
    }

    private static string? ContainerOf(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? null : Array.Find(Containers, prefix => names.All(name => name.StartsWith(prefix, StringComparison.Ordinal) && !IsSequence(name, prefix)));

    // The first ESRGAN is a sequence whose layers are 'model.0.weight' and so on.
    private static bool IsSequence(string name, string prefix) => prefix == "model." && name.Length > prefix.Length && char.IsAsciiDigit(name[prefix.Length]);
}
