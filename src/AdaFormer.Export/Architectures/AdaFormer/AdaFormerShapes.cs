namespace AdaFormer.Export.Architectures;

/// <summary>The tensors of an AdaFormer network: names and shapes as in its weights file.</summary>
public static class AdaFormerShapes
{
    /// <summary>Every tensor of a network of this configuration, with its shape, sorted by name.</summary>
    public static IReadOnlyDictionary<string, long[]> Of(AdaFormerConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var shapes = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        long channels = configuration.Channels, embed = configuration.Embed, window = configuration.Window, stride = configuration.TokenStride;
        Convolution("head", 3, channels, 3);
        Residuals("encoder", configuration.EncoderBlocks);
        Residuals("decoder", configuration.DecoderBlocks);
        Convolution("body.embed", channels, embed, stride);
        Convolution("body.unembed", embed, stride * stride * channels, 1);
        Convolution("body.confidence.conv1", embed, embed / 2, 3);
        Convolution("body.confidence.conv2", embed / 2, 1, 3);
        Convolution("upsampler", channels, 3L * configuration.Scale * configuration.Scale, 3);
        for (var index = 0; index < configuration.Blocks; index++)
        {
            var block = $"body.blocks.{index}";
            Norm($"{block}.norm1");
            Norm($"{block}.norm2");
            Linear($"{block}.local.qkv", embed, 3 * embed);
            shapes[$"{block}.local.relative_position_bias_table"] = [(2 * window - 1) * (2 * window - 1), configuration.Heads];
            shapes[$"{block}.global.prototypes"] = [configuration.Prototypes, embed];
            Linear($"{block}.global.prototype_query", embed, embed);
            Linear($"{block}.global.token_kv", embed, 2 * embed);
            Linear($"{block}.global.token_query", embed, embed);
            Linear($"{block}.global.prototype_kv", embed, 2 * embed);
            Linear($"{block}.mlp.fc1", embed, embed * configuration.MlpRatio);
            Linear($"{block}.mlp.fc2", embed * configuration.MlpRatio, embed);
        }

        return shapes;

        void Residuals(string name, int count)
        {
            for (var index = 0; index < count; index++)
            {
                Convolution($"{name}.{index}.conv1", channels, channels, 3);
                Convolution($"{name}.{index}.conv2", channels, channels, 3);
            }
        }

        void Convolution(string name, long inputs, long outputs, long side) => Layer(name, outputs, [outputs, inputs, side, side]);

        void Linear(string name, long inputs, long outputs) => Layer(name, outputs, [outputs, inputs]);

        void Norm(string name) => Layer(name, embed, [embed]);

        void Layer(string name, long outputs, long[] weight)
        {
            shapes[name + ".weight"] = weight;
            shapes[name + ".bias"] = [outputs];
        }
    }
}
