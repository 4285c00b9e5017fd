using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>The sizes of CATANet. Those that no tensor shows, heads, groups and patches, are the published networks'.</summary>
internal sealed record CatanetSizes
{
    /// <summary>Attention heads.</summary>
    public const int Heads = 4;

    public required int Scale { get; init; }

    /// <summary>Width of the features.</summary>
    public required int Channels { get; init; }

    /// <summary>Width of queries and keys.</summary>
    public required int QueryChannels { get; init; }

    /// <summary>Hidden width of the feed-forward parts.</summary>
    public required int Hidden { get; init; }

    /// <summary>For each block the number of token centres.</summary>
    public required IReadOnlyList<int> Centers { get; init; }

    /// <summary>Whether these are the sizes of the published networks.</summary>
    public bool ArePublished => (Channels, QueryChannels, Hidden) == (40, 36, 96) && Centers.SequenceEqual([16, 32, 64, 128, 16, 32, 64, 128]);

    /// <summary>Tokens in a group: the tokens of the pictures of 64×64 pixels that the published networks were trained on, by the centres.</summary>
    public int Group(int block) => 4096 / Centers[block];

    /// <summary>Side of the patches of local attention.</summary>
    public static int Patch(int block) => 16 + (4 * (block % 4));

    /// <exception cref="WeightsFormatException">The sizes make no network.</exception>
    public CatanetSizes Validated()
    {
        if (Channels % Heads != 0 || QueryChannels % Heads != 0)
        {
            throw new WeightsFormatException(
                $"The weights have {Channels} channels and queries of {QueryChannels}; expected multiples of {Heads}, the number of heads.");
        }

        if (Centers.FirstOrDefault(count => count > 4096) is not 0 and var many)
            throw new WeightsFormatException($"The weights have {many} token centres; expected at most 4096.");
        return this;
    }
}
