namespace AdaFormer.Training;

/// <summary>
/// The sizes of a CATANet network: the section <c>catanet</c> of a training configuration. The defaults are the published network's. Its
/// heads, groups and patches no checkpoint shows, so they are always the published ones.
/// </summary>
public sealed record CatanetConfiguration
{
    /// <summary>Attention heads.</summary>
    internal const int Heads = 4;

    /// <summary>Width of the features, a multiple of 4. Default: 40.</summary>
    public int Channels { get; init; } = 40;

    /// <summary>Width of queries and keys, a multiple of 4. Default: 36.</summary>
    public int QueryChannels { get; init; } = 36;

    /// <summary>Hidden width of the feed-forward parts. Default: 96.</summary>
    public int Hidden { get; init; } = 96;

    /// <summary>For each block the number of token centres, up to 4096. Default: 16, 32, 64, 128, 16, 32, 64, 128.</summary>
    public IReadOnlyList<int> Centers { get; init; } = [16, 32, 64, 128, 16, 32, 64, 128];

    /// <summary>Returns this configuration if its sizes make a network.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public CatanetConfiguration Validated()
    {
        SizeRange.Require("channels", Channels, Heads, 1024, Heads);
        SizeRange.Require("query_channels", QueryChannels, Heads, 1024, Heads);
        SizeRange.Require("hidden", Hidden, 1, 4096);
        SizeRange.Require("centers", Centers, 1, TokensOfAPatch);
        return this;
    }

    /// <summary>Tokens in a group: those of the 64×64 pixels that the published networks were trained on, by the centres.</summary>
    internal int Group(int block) => TokensOfAPatch / Centers[block];

    /// <summary>Side of the patches of local attention.</summary>
    internal static int Patch(int block) => 16 + (4 * (block % 4));

    private const int TokensOfAPatch = 64 * 64;
}
