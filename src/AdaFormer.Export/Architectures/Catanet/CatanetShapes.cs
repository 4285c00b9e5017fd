namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>The tensors of CATANet: names and shapes as in the published checkpoints.</summary>
internal static class CatanetShapes
{
    public static LayerShapes Of(CatanetSizes sizes)
    {
        var shapes = new LayerShapes();
        long channels = sizes.Channels, queries = sizes.QueryChannels;
        shapes.Convolution("first_conv", 3, channels, 3);
        for (var block = 0; block < sizes.Centers.Count; block++)
        {
            var global = $"blocks.{block}.0";
            shapes[$"{global}.means"] = [sizes.Centers[block], channels];
            shapes[$"{global}.initted"] = [];
            shapes.Norm($"{global}.norm", channels);
            Attention($"{global}.iasa_attn");
            shapes.Linear($"{global}.irca_attn.to_k", channels, queries, bias: false);
            shapes.Linear($"{global}.irca_attn.to_v", channels, channels, bias: false);
            shapes.Convolution($"{global}.conv1x1", channels, channels, 1, bias: false);
            FeedForward($"{global}.mlp");
            var local = $"blocks.{block}.1.layer";
            shapes.Norm($"{local}.0.norm", channels);
            Attention($"{local}.0.fn");
            FeedForward($"{local}.1");
            shapes.Convolution($"mid_convs.{block}", channels, channels, 3);
        }

        foreach (var name in sizes.Scale == 4 ? new[] { "upconv1", "upconv2" } : ["upconv"])
            shapes.Convolution(name, channels, channels * (sizes.Scale == 3 ? 9 : 4), 3);
        shapes.Convolution("last_conv", channels, 3, 3);
        return shapes;

        void Attention(string name)
        {
            shapes.Linear($"{name}.to_q", channels, queries, bias: false);
            shapes.Linear($"{name}.to_k", channels, queries, bias: false);
            shapes.Linear($"{name}.to_v", channels, channels, bias: false);
            shapes.Linear($"{name}.proj", channels, channels, bias: false);
        }

        void FeedForward(string name)
        {
            shapes.Norm($"{name}.norm", channels);
            shapes.Linear($"{name}.fn.fc1", channels, sizes.Hidden);
            shapes.Convolution($"{name}.fn.dwconv.depthwise_conv.0", sizes.Hidden, sizes.Hidden, 5, groups: sizes.Hidden);
            shapes.Linear($"{name}.fn.fc2", sizes.Hidden, channels);
        }
    }
}
