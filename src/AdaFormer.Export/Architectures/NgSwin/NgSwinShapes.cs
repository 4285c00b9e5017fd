namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>The tensors of an NGswin.</summary>
internal static class NgSwinShapes
{
    public static LayerShapes Of(NgSwinSizes sizes)
    {
        var (shapes, channels) = (new LayerShapes(), sizes.Channels);
        shapes.Convolution("shallow_extract.conv1", 3, channels, 3);
        for (var stage = 0; stage < sizes.Stages.Length; stage++)
        {
            var (name, blocks, heads) = sizes.Stages[stage];
            if (stage is 1 or 2)
                shapes.Linear($"{name}.across_cascade_proj", (stage + 1) * channels, channels);
            for (var block = 0; block < blocks; block++)
                AddBlock(shapes, $"{name}.blocks.{block}", sizes, heads);
            if (stage is 0 or 1)
            {
                shapes.Norm($"{name}.downsample.norm", 4 * channels);
                shapes.Linear($"{name}.downsample.reduction", 4 * channels, channels, bias: false);
            }
        }

        shapes.Convolution("bottleneck.depthwise", sizes.Joined, sizes.Joined, 3, groups: sizes.Joined);
        shapes.Linear("bottleneck.pointwise", sizes.Joined, channels);
        shapes.Norm("bottleneck.norm", channels);
        shapes.Norm("norm", channels);
        shapes.Convolution("to_target.before_shuffle", channels, 3L * sizes.Scale * sizes.Scale, 3);
        shapes.Convolution("to_target.to_origin", 3, 3, 3);
        return shapes;
    }

    /// <summary>Multiply-adds per pixel of a picture: of each layer as often as it is applied, and of attention.</summary>
    public static long MultiplyAdds(NgSwinSizes sizes, LayerShapes shapes)
    {
        double area = sizes.Window * sizes.Window, sum = 0;
        foreach (var (name, shape) in shapes.Where(pair => pair.Value.Length is 2 or 4 && !pair.Key.EndsWith("_table", StringComparison.Ordinal)))
        {
            var reduction = NgSwinSizes.Reduction(Array.FindIndex(NgSwinSizes.StageNames, stage => name.StartsWith(stage, StringComparison.Ordinal)));
            var places = name switch
            {
                _ when name.Contains(".ngram_attn.qkv", StringComparison.Ordinal) => 2 * sizes.NGram * sizes.NGram / area,
                _ when name.Contains(".ngram_attn.proj", StringComparison.Ordinal) => 2 / area,
                _ when name.Contains(".ngram_context.", StringComparison.Ordinal) => 1 / area,
                _ when name.Contains(".downsample.", StringComparison.Ordinal) => 1.0 / 4,
                _ when name.Contains(".to_origin.", StringComparison.Ordinal) => sizes.Scale * sizes.Scale,
                _ => 1,
            };
            sum += shape.Aggregate(1L, (product, extent) => product * extent) * places / (reduction * reduction);
        }

        for (var stage = 0; stage < sizes.Stages.Length; stage++)
        {
            var (_, blocks, heads) = sizes.Stages[stage];
            sum += 2 * area * blocks * (sizes.Channels / heads * heads) / Math.Pow(NgSwinSizes.Reduction(stage), 2);
        }

        return (long)sum;
    }

    private static void AddBlock(LayerShapes shapes, string name, NgSwinSizes sizes, int heads)
    {
        var (channels, context) = (sizes.Channels, $"{name}.ngram_window_partition.ngram_context");
        shapes.Convolution($"{context}.unigram_embed", channels, channels / 2, sizes.Window, groups: channels / 2);
        AddAttention($"{context}.ngram_attn", channels / 2, sizes.NGram);
        shapes.Convolution($"{context}.merge", channels, channels, 1);
        AddAttention($"{name}.attn", channels, sizes.Window);
        shapes.Norm($"{name}.norm1", channels);
        shapes.Linear($"{name}.ffn.fc1", channels, sizes.Hidden);
        shapes.Linear($"{name}.ffn.fc2", sizes.Hidden, channels);
        shapes.Norm($"{name}.norm2", channels);

        // The heads' common width is rounded down, so together they may be narrower than their input.
        void AddAttention(string attention, int width, int side)
        {
            shapes[$"{attention}.logit_scale"] = [heads, 1, 1];
            shapes[$"{attention}.relative_position_bias_table"] = [(2 * side - 1) * (2 * side - 1), heads];
            shapes.Linear($"{attention}.qkv", width, 3 * (width / heads * heads));
            shapes.Linear($"{attention}.proj", width / heads * heads, width);
        }
    }
}
