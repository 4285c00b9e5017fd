using AdaFormer.Export.Architectures.Catanet;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>
/// The sizes of a CATANet network: the section <c>catanet</c> of a training configuration. The defaults are the published network's.
/// Heads, groups and patches cannot be deduced from a checkpoint, so they are always the published ones.
/// </summary>
public sealed record CatanetConfiguration : NetworkSizes
{
    private const int TokensOfAPatch = 64 * 64;

    /// <summary>Width of the features, a multiple of 4. Default: 40.</summary>
    public int Channels { get; init; } = 40;

    /// <summary>Width of queries and keys, a multiple of 4. Default: 36.</summary>
    public int QueryChannels { get; init; } = 36;

    /// <summary>Hidden width of the feed-forward parts. Default: 96.</summary>
    public int Hidden { get; init; } = 96;

    /// <summary>Number of token centres of each block, up to 4096. Default: 16, 32, 64, 128, 16, 32, 64, 128.</summary>
    public IReadOnlyList<int> Centers { get; init; } = [16, 32, 64, 128, 16, 32, 64, 128];

    internal override void Validate()
    {
        Require("channels", Channels, CatanetSizes.Heads, 1024, CatanetSizes.Heads);
        Require("query_channels", QueryChannels, CatanetSizes.Heads, 1024, CatanetSizes.Heads);
        Require("hidden", Hidden, 1, 4096);
        Require("centers", Centers, 1, TokensOfAPatch);
    }

    /// <summary>Converts to the exporter's sizes.</summary>
    internal CatanetSizes At(int scale) => new()
    {
        Scale = scale,
        Channels = Channels,
        QueryChannels = QueryChannels,
        Hidden = Hidden,
        Centers = Centers,
    };
}
