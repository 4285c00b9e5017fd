using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.Asid;
using AdaFormer.Training.Architectures.Catanet;
using AdaFormer.Training.Architectures.SwinIr;
using AdaFormer.Training.Configuration;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Architectures;

/// <summary>A small network of each architecture without halting, of the sizes that the golden files have.</summary>
internal static class SmallNetworks
{
    public static IEnumerable<object[]> Names() => [["asid"], ["catanet"], ["swinir"]];

    public static TrainingConfiguration Configuration(string architecture, int scale = 2) => new()
    {
        Architecture = architecture,
        Scale = scale,
        TrainingFolders = ["hr"],
        OutputFolder = "run",
        Sizes = architecture switch
        {
            "asid" => new AsidConfiguration { Channels = 8 },
            "catanet" => new CatanetConfiguration { Channels = 8, QueryChannels = 8, Hidden = 12, Centers = [16, 32] },
            _ => new SwinIrConfiguration { Channels = 18, Depths = [2, 2], Heads = 3, Window = 4 },
        },
    };

    /// <summary>A network none of whose weights is at its start, where many are 0 or 1 and could stand for each other.</summary>
    public static TrainableFeedForward Random(string architecture, int scale, int seed)
    {
        random.manual_seed(seed);
        var network = (TrainableFeedForward)TrainableArchitectures.Create(Configuration(architecture, scale));
        using var _ = no_grad();
        foreach (var parameter in network.Module.parameters())
            parameter.add_(randn_like(parameter), alpha: 0.1);
        foreach (var (_, buffer) in network.Buffers.Where(pair => pair.Name.EndsWith(".initted", StringComparison.Ordinal)))
            buffer.fill_(1);
        return network;
    }
}
