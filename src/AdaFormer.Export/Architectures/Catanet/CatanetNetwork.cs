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
            // Centres, and the notes that they are set, are not counted as parameters by the authors.
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
                    $"The token centres of block {block} were never set ('blocks.{block}.0.initted' is 0); expected weights that have been trained.");
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

    /// <summary>Attention within groups, to the centres and within patches, and the cosines with the centres.</summary>
    private long AttentionWork()
    {
        long perKey = _sizes.QueryChannels + _sizes.Channels;
        return Enumerable.Range(0, _sizes.Centers.Count).Sum(block =>
        {
            long patch = CatanetSizes.Patch(block);
            return (perKey * ((2 * _sizes.Group(block)) + _sizes.Centers[block] + (patch * patch))) + (_sizes.Centers[block] * _sizes.Channels);
        });
    }

    /// <summary>For how many of an image's pixels a tensor works.</summary>
    private double Share(string tensor) => tensor switch
    {
        _ when tensor.EndsWith(".means", StringComparison.Ordinal) || tensor.Contains(".irca_attn.", StringComparison.Ordinal) => 0, // known beforehand
        "upconv2.weight" => 4,
        "last_conv.weight" => _sizes.Scale * _sizes.Scale,
        _ => 1,
    };
}
