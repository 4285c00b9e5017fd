using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>An encoder of three resolutions, whose stages are shuffled to full resolution and concatenated, and a decoder.</summary>
internal sealed class NgSwinNetwork : FeedForwardNetwork
{
    private static readonly float[] Mean = [0.4485f, 0.4375f, 0.4045f];

    private readonly NgSwinSizes _sizes;

    public NgSwinNetwork(NgSwinSizes sizes)
    {
        if (sizes.Channels % 16 != 0 || sizes.Stages.Any(stage => stage.Blocks == 0 || stage.Heads > sizes.Channels / 2))
        {
            throw new WeightsFormatException(
                $"The weights are of an NGswin with {sizes.Channels} channels and stages of {string.Join(", ", sizes.Stages.Select(stage => stage.Blocks))} blocks; expected a multiple of 16 channels, at least one block, and at most half as many heads as channels.");
        }

        _sizes = sizes;
        var shapes = NgSwinShapes.Of(sizes);
        Shapes = shapes;
        Description = new NetworkDescription
        {
            Architecture = "ngswin",
            Preset = sizes.IsLight ? "light" : "custom",
            Scale = sizes.Scale,
            Parameters = CountParameters(),
            MultiplyAddsPerPixel = NgSwinShapes.MultiplyAdds(sizes, shapes),
            FeatureWidth = sizes.Channels,
            BytesPerPixel = 50 * Math.Max(sizes.Channels, sizes.Hidden),
            SizeMultiple = 4 * sizes.Window,
        };
    }

    public override NetworkDescription Description { get; }

    public override IReadOnlyDictionary<string, long[]> Shapes { get; }

    // Padding as in the authors' test program; the network's own zeros would reduce their scores by some tenths of a dB.
    protected override PaddingMode Edge => PaddingMode.Symmetric;

    protected override bool IsBuffer(string tensor) =>
        tensor.EndsWith(".attn_mask", StringComparison.Ordinal) || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal);

    protected override Value Build(GraphBuilder graph, WeightSet weights, Value image)
    {
        var channels = _sizes.Channels;
        var (mean, deviation) = (graph.Weight("mean", [1, 3, 1, 1], Mean), graph.Weight("deviation", [1, 3, 1, 1], Deviation));
        var shallow = weights.Convolution(graph, "shallow_extract.conv1", graph.Node("Div", [graph.Sub(image, mean), deviation]));
        var grids = Enumerable.Range(0, 3).Select(level => Grid(graph, image, 1 << level)).ToArray();
        var contexts = grids.Select(grid => new NGramContext(graph, weights, grid, channels, _sizes.NGram)).ToArray();

        // The encoder: each stage also gets the pooled inputs of the previous ones.
        var seen = graph.ToTokens(shallow, channels);
        var first = graph.Ordered(seen, grids[0].FromImage);
        var (tokens, joined, firstStage) = (first, new Value[3], first);
        for (var level = 0; level < 3; level++)
        {
            var name = _sizes.Stages[level].Name;
            var grid = grids[level];
            if (level > 0)
                tokens = graph.Ordered(weights.TokenLinear(graph, $"{name}.across_cascade_proj", seen), grid.FromImage);
            (tokens, var sum) = Stage(graph, weights, level, tokens, grid, contexts[level]);
            if (level == 0)
                firstStage = tokens;
            joined[level] = Shuffled(graph, tokens, shallow, grid, level);
            if (level < 2)
            {
                var quads = TokenOrder.Windows(graph, TokenOrder.Positions(graph, grid.Height), TokenOrder.Positions(graph, grid.Width), grid.Width, 2);
                var pooled = graph.ReduceMax(graph.Reshape(graph.Ordered(seen, quads), 0, -1, 4, (level + 1L) * channels), 2, keepAxis: false);
                seen = graph.Concat(-1, pooled, Merged(graph, weights, $"{name}.downsample", graph.Ordered(sum, graph.Gather(grid.ToImage, quads))));
            }
        }

        var mixed = graph.Gelu(weights.Convolution(graph, "bottleneck.depthwise", graph.Concat(1, joined), groups: _sizes.Joined));
        mixed = weights.TokenLinear(graph, "bottleneck.pointwise", graph.ToTokens(mixed, _sizes.Joined));
        mixed = graph.Ordered(weights.LayerNorm(graph, "bottleneck.norm", mixed), grids[0].FromImage);
        (tokens, _) = Stage(graph, weights, 3, graph.Add(mixed, firstStage), grids[0], contexts[0]);
        var features = graph.Add(weights.LayerNorm(graph, "norm", tokens), first);
        var upscaled = graph.PixelShuffle(weights.Convolution(graph, "to_target.before_shuffle", Image(graph, features, grids[0])), _sizes.Scale);
        return graph.Add(graph.Mul(weights.Convolution(graph, "to_target.to_origin", upscaled), deviation), mean);
    }

    /// <summary>The deviation of low-resolution pictures, which differs slightly by scale.</summary>
    private float[] Deviation => _sizes.Scale switch
    {
        2 => [0.2397f, 0.2290f, 0.2389f],
        3 => [0.2373f, 0.2265f, 0.2367f],
        _ => [0.2352f, 0.2244f, 0.2349f],
    };

    private ShiftedWindows Grid(GraphBuilder graph, Value image, int reduction)
    {
        var divisor = graph.Integers(reduction);
        return new ShiftedWindows(
            graph, graph.Node("Div", [graph.Size(image, 2), divisor]), graph.Node("Div", [graph.Size(image, 3), divisor]), _sizes.Window, _sizes.Window / 2);
    }

    /// <summary>The blocks of a stage, each of which also gets the previous one's input; returns the last one's output, and that plus its input.</summary>
    private (Value Tokens, Value Sum) Stage(GraphBuilder graph, WeightSet weights, int stage, Value tokens, ShiftedWindows windows, NGramContext context)
    {
        var (name, blocks, _) = _sizes.Stages[stage];
        var sum = tokens;
        for (var block = 0; block < blocks; block++)
        {
            var given = sum;
            tokens = new NGramBlock(weights, $"{name}.blocks.{block}", windows, context, shifted: block % 2 == 1).Build(graph, given);
            sum = graph.Add(tokens, given);
        }

        return (tokens, sum);
    }

    /// <summary>A stage's tokens and the shallow features, pooled to its resolution, as an image of full resolution.</summary>
    private Value Shuffled(GraphBuilder graph, Value tokens, Value shallow, ShiftedWindows windows, int level)
    {
        var reduction = 1 << level;
        var pooled = level == 0 ? shallow : graph.Node(
            "MaxPool", [shallow], Attributes.Ints("kernel_shape", reduction, reduction), Attributes.Ints("strides", reduction, reduction));
        var sum = graph.Add(Image(graph, tokens, windows), graph.LeakyRelu(pooled, 0.01f));
        return level == 0 ? sum : graph.PixelShuffle(sum, reduction);
    }

    /// <summary>Merges four tokens into one, at half the resolution.</summary>
    private Value Merged(GraphBuilder graph, WeightSet weights, string name, Value tokens)
    {
        var quads = graph.Reshape(tokens, 0, -1, 4L * _sizes.Channels);
        var matrix = WeightSet.Matrix(graph, $"{name}.reduction", weights[$"{name}.reduction.weight"], _sizes.Channels);
        return graph.MatMul(weights.LayerNorm(graph, $"{name}.norm", quads), matrix);
    }

    private Value Image(GraphBuilder graph, Value tokens, ShiftedWindows windows) =>
        graph.ToImage(graph.Ordered(tokens, windows.ToImage), _sizes.Channels, windows.Height, windows.Width);
}

/// <summary>NGswin (Choi et al., "N-Gram in Swin Transformers for Efficient Lightweight Image Super-Resolution", CVPR 2023).</summary>
internal sealed class NgSwinArchitecture : IArchitecture
{
    public string Name => "ngswin";

    public Network? Recognize(Checkpoint checkpoint)
    {
        const string First = "encoder_layer1.blocks.0";
        const string Context = $"{First}.ngram_window_partition.ngram_context";
        return checkpoint.Has($"{Context}.unigram_embed.weight", $"{First}.attn.relative_position_bias_table", "bottleneck.depthwise.weight", "to_target.before_shuffle.weight")
            ? new NgSwinNetwork(new NgSwinSizes
            {
                Scale = checkpoint.PixelShuffleScale("to_target.before_shuffle.weight"),
                Channels = checkpoint.Extent("shallow_extract.conv1.weight", 0),
                Hidden = checkpoint.Extent($"{First}.ffn.fc1.weight", 0),
                Window = RelativePositionBias.SideOf(checkpoint, $"{First}.attn"),
                NGram = RelativePositionBias.SideOf(checkpoint, $"{Context}.ngram_attn"),
                Stages = [.. NgSwinSizes.StageNames.Select(stage => new NgSwinStage(
                    stage,
                    checkpoint.Count($"{stage}.blocks.{{0}}.norm1.weight"),
                    checkpoint.Extent($"{stage}.blocks.0.attn.relative_position_bias_table", 1)))],
            })
            : null;
    }
}

/// <summary>A sequence of blocks at one resolution.</summary>
internal sealed record NgSwinStage(string Name, int Blocks, int Heads);

/// <summary>The sizes of an NGswin.</summary>
internal sealed record NgSwinSizes
{
    /// <summary>The stages' names: three of the encoder, each at half the resolution of the previous one, and the decoder at full resolution.</summary>
    public static readonly string[] StageNames = ["encoder_layer1", "encoder_layer2", "encoder_layer3", "decoder_layer1"];

    public required int Scale { get; init; }

    public required int Channels { get; init; }

    /// <summary>Hidden width of the feed-forward layers.</summary>
    public required int Hidden { get; init; }

    /// <summary>Side of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Side of an n-gram, in windows.</summary>
    public required int NGram { get; init; }

    public required NgSwinStage[] Stages { get; init; }

    /// <summary>Channels of the encoder's stages concatenated, once shuffled to full resolution.</summary>
    public int Joined => Channels + (Channels / 4) + (Channels / 16);

    public bool IsLight => (Channels, Hidden, Window, NGram) == (64, 128, 8, 2)
        && Stages.Select(stage => (stage.Blocks, stage.Heads)).SequenceEqual([(6, 6), (4, 4), (4, 4), (6, 6)]);

    /// <summary>How many times coarser than the picture a stage is, in each direction.</summary>
    public static int Reduction(int stage) => stage switch { 1 => 2, 2 => 4, _ => 1 };
}
