using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>Blocks of token aggregation and of attention within patches, and a convolution; the bilinear picture is added at the end.</summary>
internal sealed class CatanetNetwork : FeedForwardNetwork
{
    private readonly CatanetSizes _sizes;

    public CatanetNetwork(CatanetSizes sizes)
    {
        _sizes = sizes;
        Shapes = CatanetShapes.Of(sizes);
        Description = new NetworkDescription
        {
            Architecture = "catanet",
            Preset = sizes.ArePublished ? "catanet" : "custom",
            Scale = sizes.Scale,
            // The authors do not count centres and their initialisation flags as parameters.
            Parameters = CountParameters() - sizes.Centers.Sum(count => ((long)count * sizes.Channels) + 1),
            MultiplyAddsPerPixel = CountMultiplyAdds(Share) + AttentionWork(),
            FeatureWidth = sizes.Channels,
            BytesPerPixel = 20_000,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var layout = new TokenLayout(graph, image, _sizes.Channels);
        var patches = Enumerable.Range(0, _sizes.Centers.Count).Select(CatanetSizes.Patch).Distinct()
            .ToDictionary(side => side, side => (Down: new PatchAxis(graph, layout.Height, side), Across: new PatchAxis(graph, layout.Width, side)));
        var shallow = weights.Convolution(graph, "first_conv", image);
        var x = shallow;
        for (var block = 0; block < _sizes.Centers.Count; block++)
        {
            if (weights[$"blocks.{block}.0.initted"][0] == 0)
            {
                throw new WeightsFormatException(
                    $"The token centres of block {block} were never set ('blocks.{block}.0.initted' is 0); expected trained weights.");
            }

            var global = new TokenAggregation(_sizes, weights, block).Build(graph, layout, x);
            var (down, across) = patches[CatanetSizes.Patch(block)];
            var local = new PatchAttention(_sizes, weights, block).Build(graph, layout, down, across, global);
            x = graph.Add(weights.Convolution(graph, $"mid_convs.{block}", local), x);
        }

        x = graph.Add(x, shallow);
        x = _sizes.Scale == 4 ? Upsample("upconv2", Upsample("upconv1", x, 2), 2) : Upsample("upconv", x, _sizes.Scale);
        return graph.Add(weights.Convolution(graph, "last_conv", x), graph.Bilinear(image, _sizes.Scale));

        Value Upsample(string name, Value features, int scale) =>
            graph.LeakyRelu(graph.PixelShuffle(weights.Convolution(graph, name, features), scale), 0.1f);
    }

    /// <summary>Attention within groups, to the centres and within patches, and the cosine similarities to the centres.</summary>
    private long AttentionWork()
    {
        long perKey = _sizes.QueryChannels + _sizes.Channels;
        return Enumerable.Range(0, _sizes.Centers.Count).Sum(block =>
        {
            long patch = CatanetSizes.Patch(block);
            return (perKey * ((2 * _sizes.Group(block)) + _sizes.Centers[block] + (patch * patch))) + (_sizes.Centers[block] * _sizes.Channels);
        });
    }

    /// <summary>The share of an image's pixels that the layer with a tensor processes.</summary>
    private double Share(string tensor) => tensor switch
    {
        _ when tensor.EndsWith(".means", StringComparison.Ordinal) || tensor.Contains(".irca_attn.", StringComparison.Ordinal) => 0, // precomputed
        "upconv2.weight" => 4,
        "last_conv.weight" => _sizes.Scale * _sizes.Scale,
        _ => 1,
    };
}

/// <summary>
/// CATANet (Liu et al., "CATANet: Efficient Content-Aware Token Aggregation for Lightweight Image Super-Resolution", CVPR 2025, arXiv:2503.06896).
/// </summary>
internal sealed class CatanetArchitecture : IArchitecture
{
    public string Name => "catanet";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (!checkpoint.Has("first_conv.weight", "blocks.0.0.iasa_attn.to_q.weight", "blocks.0.0.irca_attn.to_k.weight", "blocks.0.0.means"))
            return null;
        var channels = checkpoint.Extent("first_conv.weight", 0);
        return new CatanetNetwork(new CatanetSizes
        {
            Scale = checkpoint.Has("upconv1.weight", "upconv2.weight") ? 4 : Scale(checkpoint, channels),
            Channels = channels,
            QueryChannels = checkpoint.Extent("blocks.0.0.iasa_attn.to_q.weight", 0),
            Hidden = checkpoint.Extent("blocks.0.0.mlp.fn.fc1.weight", 0),
            Centers = [.. Enumerable.Range(0, checkpoint.Count("blocks.{0}.0.means")).Select(block => checkpoint.Extent($"blocks.{block}.0.means", 0))],
        }.Validated());
    }

    private static int Scale(Checkpoint checkpoint, int channels)
    {
        var outputs = checkpoint.Extent("upconv.weight", 0);
        return outputs == 4 * channels ? 2 : outputs == 9 * channels ? 3 : throw new WeightsFormatException(
            $"Tensor 'upconv.weight' gives {outputs} channels; expected {4 * channels} or {9 * channels}, for scales of 2 or 3.");
    }
}

/// <summary>The sizes of CATANet. Sizes that cannot be deduced from tensors (heads, groups and patches) are the published networks'.</summary>
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

    /// <summary>Number of token centres of each block.</summary>
    public required IReadOnlyList<int> Centers { get; init; }

    /// <summary>Whether these are the sizes of the published networks.</summary>
    public bool ArePublished => (Channels, QueryChannels, Hidden) == (40, 36, 96) && Centers.SequenceEqual([16, 32, 64, 128, 16, 32, 64, 128]);

    /// <summary>Tokens in a group: the tokens of the 64×64 pictures that the published networks were trained on, divided by the centres.</summary>
    public int Group(int block) => 4096 / Centers[block];

    /// <summary>Side of the patches of local attention.</summary>
    public static int Patch(int block) => 16 + (4 * (block % 4));

    /// <exception cref="WeightsFormatException">The sizes do not form a valid network.</exception>
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
