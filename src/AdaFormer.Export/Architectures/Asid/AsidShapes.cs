namespace AdaFormer.Export.Architectures.Asid;

/// <summary>The tensors of ASID: names and shapes as in the published checkpoints.</summary>
internal static class AsidShapes
{
    public static LayerShapes Of(int scale, long channels, int blocks, long maskChannels)
    {
        var shapes = new LayerShapes();
        shapes.Convolution("input", 3, channels, 3);
        shapes.Convolution("output", channels, channels, 3);
        shapes.Convolution("up.0", channels, 3L * scale * scale, 3);
        for (var block = 0; block < blocks; block++)
        {
            var layers = block == 0 ? "block0.residual_layer.0" : $"block{block}.residual_layer";
            var quarter = channels / 4;
            for (var stage = 1; stage <= 3; stage++)
            {
                var width = (5 - stage) * quarter;
                LocalBlock($"{layers}.LB{stage}.net.fn", width);
                Attention($"{layers}.SLA{stage}", width - quarter, first: block == 0);
                Attention($"{layers}.SGA{stage}", width - quarter, first: block == 0);
                var joined = stage == 3 ? channels : width;
                shapes.Convolution($"{layers}.pw{stage}", joined, joined, 1);
            }

            for (var number = 1; number <= 2; number++)
                BetweenChannels($"{layers}.BlockC", number);
            shapes.Convolution($"block{block}.res_end", channels, channels, 1);
            SpatialAttention($"block{block}.esa");
        }

        return shapes;

        void LocalBlock(string name, long width)
        {
            shapes.Convolution($"{name}.0", width, width, 1);
            shapes.Convolution($"{name}.2", width, width, 3, groups: width);
            shapes.Linear($"{name}.4.gate.1", width, width / 4, bias: false);
            shapes.Linear($"{name}.4.gate.3", width / 4, width, bias: false);
            shapes.Convolution($"{name}.5", width, width, 1);
        }

        void Attention(string name, long width, bool first)
        {
            shapes.Norm($"{name}.norm", width);
            if (first)
            {
                shapes.Linear($"{name}.attn.to_qkv", width, 3 * width, bias: false);
                shapes[$"{name}.attn.rel_pos_bias.weight"] = [((2 * PixelGroups.Side) - 1) * ((2 * PixelGroups.Side) - 1), 1];
            }
            else
            {
                shapes.Linear($"{name}.attn.to_v", width, width, bias: false);
            }

            shapes.Linear($"{name}.attn.to_out.0", width, width, bias: false);
            FeedForward($"{name}.gfn", $"{name}.cnorm", width);
        }

        void BetweenChannels(string name, int number)
        {
            var attention = $"{name}.cttn{number}";
            shapes.Norm($"{name}.canorm{number}", channels);
            shapes[$"{attention}.temperature"] = [1, 1, 1];
            shapes.Convolution($"{attention}.qkv", channels, 3 * channels, 1, bias: false);
            shapes.Convolution($"{attention}.qkv_dwconv", 3 * channels, 3 * channels, 3, groups: 3 * channels, bias: false);
            shapes.Convolution($"{attention}.project_out", channels, channels, 1, bias: false);
            FeedForward($"{name}.gfn{number}", $"{name}.cnorm{number}", channels);
        }

        void FeedForward(string name, string norm, long width)
        {
            shapes.Norm(norm, width);
            shapes.Convolution($"{name}.project_in", width, 2 * width, 1, bias: false);
            shapes.Convolution($"{name}.dwconv", 2 * width, 2 * width, 3, groups: 2 * width, bias: false);
            shapes.Convolution($"{name}.project_out", width, width, 1, bias: false);
        }

        void SpatialAttention(string name)
        {
            shapes.Convolution($"{name}.conv1", channels, maskChannels, 1);
            shapes.Convolution($"{name}.conv_f", maskChannels, maskChannels, 1);
            shapes.Convolution($"{name}.conv2", maskChannels, maskChannels, 3);
            shapes.Convolution($"{name}.conv3", maskChannels, maskChannels, 3);
            shapes.Convolution($"{name}.conv4", maskChannels, channels, 1);
        }
    }

    /// <summary>The share of an image's pixels that the layer with a tensor processes.</summary>
    public static double Share(string tensor) => tensor switch
    {
        _ when tensor.Contains(".gate.", StringComparison.Ordinal) => 0, // once per image
        _ when tensor.EndsWith(".rel_pos_bias.weight", StringComparison.Ordinal) => 0, // only added
        _ when tensor.Contains(".esa.conv2.", StringComparison.Ordinal) => SpatialAttention.HalvedShare,
        _ when tensor.Contains(".esa.conv3.", StringComparison.Ordinal) => SpatialAttention.PooledShare,
        _ => 1,
    };
}
