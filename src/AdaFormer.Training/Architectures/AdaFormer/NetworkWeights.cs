using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Training.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>Copies weights between a network and a safetensors file.</summary>
public static class NetworkWeights
{
    private const string UpsamplerPrefix = "upsampler.";

    /// <summary>Creates a network with a file's weights; its sizes come from the metadata.</summary>
    /// <exception cref="WeightsFormatException">
    /// The metadata or a tensor is missing, has another shape, or does not belong to the architecture.
    /// </exception>
    /// <exception cref="DllNotFoundException">TorchSharp cannot be loaded on this system.</exception>
    public static AdaFormerNetwork Load(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        RequireAdaFormer(file);
        return Load(file, sizes => new AdaFormerNetwork(sizes));
    }

    /// <summary>Creates a network with a file's weights by a custom factory.</summary>
    internal static AdaFormerNetwork Load(SafetensorsFile file, Func<AdaFormerConfiguration, AdaFormerNetwork> create)
    {
        TorchSharpLibrary.Require();
        var network = Create(file.Metadata, create);
        try
        {
            NamedWeights.Copy(file, Parameters(network), _ => true);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Copies a file's weights into an existing network of the same sizes.</summary>
    /// <exception cref="WeightsFormatException">A tensor is missing, has another shape, or does not belong to the architecture.</exception>
    public static void CopyInto(AdaFormerNetwork network, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        RequireAdaFormer(file);
        NamedWeights.Copy(file, Parameters(network), _ => true);
    }

    /// <summary>
    /// Copies a file's weights as a start for training. From another scale, all are copied except the upsampler's, whose shapes depend on it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The weights.</param>
    /// <param name="withEstimator">Whether to copy the estimator's, so whether the file must have such ones.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing, has another shape, or does not belong to the architecture.</exception>
    internal static void CopyAsStart(AdaFormerNetwork network, SafetensorsFile file, bool withEstimator = true)
    {
        var sameScale = AdaFormerConfiguration.FromMetadata(file.Metadata).Scale == network.Configuration.Scale;
        NamedWeights.Copy(file, Parameters(network), name =>
            (sameScale || !name.StartsWith(UpsamplerPrefix, StringComparison.Ordinal))
            && (withEstimator || !name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal)));
    }

    /// <summary>The network's weights with their metadata.</summary>
    /// <param name="network">The network.</param>
    /// <param name="metadata">Metadata besides the sizes, for example the training data.</param>
    public static SafetensorsFile Save(AdaFormerNetwork network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var tensors = Parameters(network).ToDictionary(pair => pair.Name, pair => NamedWeights.Of(pair.Tensor));
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>());
        foreach (var (key, value) in network.Configuration.ToMetadata())
            all[key] = value;
        return new SafetensorsFile(tensors, all);
    }

    private static void RequireAdaFormer(SafetensorsFile file)
    {
        if (file.Metadata.TryGetValue(AdaFormerConfiguration.AblationKey, out var ablation))
            throw new WeightsFormatException($"The weights are of an ablation of AdaFormer, which only adaformer-research supports: {ablation}. {NamedWeights.UseOthers}");
    }

    private static AdaFormerNetwork Create(IReadOnlyDictionary<string, string> metadata, Func<AdaFormerConfiguration, AdaFormerNetwork> create)
    {
        try
        {
            return create(AdaFormerConfiguration.FromMetadata(metadata));
        }
        catch (ArgumentException exception)
        {
            throw new WeightsFormatException($"The weights' metadata does not describe a valid network: {exception.Message}", exception);
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Parameters(AdaFormerNetwork network) =>
        network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter));
}
