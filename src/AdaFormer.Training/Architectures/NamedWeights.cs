using AdaFormer.Export.Weights;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Copies tensors by name between a network and a file.</summary>
internal static class NamedWeights
{
    /// <summary>The end of error messages about incompatible weights.</summary>
    public const string UseOthers = "Use weights of the same preset, scale and architecture.";

    /// <summary>Copies a file's tensors over a network's.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="targets">The network's tensors.</param>
    /// <param name="isCopied">Selects the tensors to copy; all of these must be on both sides.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing, has another shape, or does not belong to the network.</exception>
    public static void Copy(SafetensorsFile file, IEnumerable<(string Name, Tensor Tensor)> targets, Func<string, bool> isCopied)
    {
        var tensors = targets.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        if (file.Tensors.Keys.FirstOrDefault(name => isCopied(name) && !tensors.ContainsKey(name)) is { } unknown)
            throw new WeightsFormatException($"The weights contain '{unknown}', which a network of these sizes does not have. {UseOthers}");
        using var _ = no_grad();
        foreach (var (name, target) in tensors.Where(pair => isCopied(pair.Key)))
        {
            if (!file.Tensors.TryGetValue(name, out var weight))
                throw new WeightsFormatException($"The weights lack '{name}'. {UseOthers}");
            if (!weight.Shape.SequenceEqual(target.shape))
            {
                var (actual, expected) = (string.Join(", ", weight.Shape), string.Join(", ", target.shape));
                throw new WeightsFormatException($"'{name}' has shape [{actual}]; expected [{expected}]. {UseOthers}");
            }

            using var values = tensor(weight.Values, target.shape);
            target.copy_(values);
        }
    }

    /// <summary>Converts a tensor to its form in a file.</summary>
    public static WeightTensor Of(Tensor tensor)
    {
        using var values = tensor.detach().cpu().contiguous();
        return new WeightTensor(tensor.shape, values.data<float>().ToArray());
    }
}
