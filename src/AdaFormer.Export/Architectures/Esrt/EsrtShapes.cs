namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>The tensors of ESRT: names and shapes as in its public code.</summary>
internal static class EsrtShapes
{
    public static LayerShapes Of(int scale, long channels, long squeezed, int blocks)
    {
        var shapes = new LayerShapes();
        shapes.Convolution("head.0", 3, channels, 3);
        for (var block = 0; block < blocks; block++)
            Block($"body.{block}");
        shapes.Convolution("reduce", blocks * channels, channels, 3);
        Upsampler("tail.0");
        shapes.Convolution("tail.1", channels, 3, 3);
        Upsampler("up.0");
        shapes.Convolution("up.1.conv", channels, 3, 3, bias: false);
        return shapes;

        void Block(string name)
        {
            for (var number = 1; number <= 3; number++)
                HighPreserving($"{name}.encoder{number}");
            shapes.Convolution($"{name}.reduce", 3 * channels, channels, 3);
            var (attention, width) = ($"{name}.attention", 9 * channels);
            shapes.Norm($"{attention}.norm1", width);
            shapes.Linear($"{attention}.atten.reduce", width, width / 2, bias: false);
            shapes.Linear($"{attention}.atten.qkv", width / 2, width / 2 * 3, bias: false);
            shapes.Linear($"{attention}.atten.proj", width / 2, width);
            shapes.Norm($"{attention}.norm2", width);
            shapes.Linear($"{attention}.mlp.fc1", width, width / 4);
            shapes.Linear($"{attention}.mlp.fc2", width / 4, width);
            shapes.Convolution($"{name}.alise", channels, channels, 3);
            Factors(name, 2);
        }

        void HighPreserving(string name)
        {
            foreach (var part in new[] { "encoder", "decoder_low", "decoder_high", "alise" })
                Residual($"{name}.{part}");
            shapes.Convolution($"{name}.alise2.conv", 2 * channels, channels, 1, bias: false);
            Squeeze($"{name}.att");
        }

        void Residual(string name)
        {
            foreach (var layer in new[] { $"{name}.layer1", $"{name}.layer2" })
            {
                shapes.Convolution($"{layer}.conv", channels, channels / 2, 3);
                shapes.Convolution($"{layer}.conv1", channels / 2, channels, 3);
                shapes[$"{layer}.relu.weight"] = [channels / 2];
                Factors(layer, 2);
            }

            shapes.Convolution($"{name}.layer4.conv", channels, channels, 3, bias: false);
            shapes.Convolution($"{name}.alise.conv", 2 * channels, channels, 1, bias: false);
            Squeeze($"{name}.atten");
            Factors(name, 5);
        }

        void Squeeze(string name)
        {
            shapes.Convolution($"{name}.conv_du.0", channels, squeezed, 1);
            shapes.Convolution($"{name}.conv_du.2", squeezed, channels, 1);
        }

        void Upsampler(string name)
        {
            foreach (var number in scale == 4 ? new[] { 0, 2 } : [0])
                shapes.Convolution($"{name}.{number}", channels, channels * (scale == 3 ? 9 : 4), 3);
        }

        void Factors(string name, int count)
        {
            for (var number = 1; number <= count; number++)
                shapes[$"{name}.weight{number}.scale"] = [1];
        }
    }
}
