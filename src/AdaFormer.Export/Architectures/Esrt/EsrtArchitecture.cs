using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>ESRT (Lu et al., "Transformer for Single Image Super-Resolution", CVPR Workshops 2022, arXiv:2108.11084), as in its public code.</summary>
internal sealed class EsrtArchitecture : IArchitecture
{
    public string Name => "esrt";

    public Network? Recognize(Checkpoint checkpoint)
    {
        if (!checkpoint.Has("head.0.weight", "body.0.encoder1.decoder_low.layer1.conv.weight", "body.0.attention.atten.qkv.weight", "tail.0.0.weight"))
            return null;
        var channels = checkpoint.Extent("head.0.weight", 0);
        if (channels % 16 != 0)
        {
            throw new WeightsFormatException(
                $"Tensor 'head.0.weight' gives {channels} channels; expected a multiple of 16, so that eight heads share half of nine times as many.");
        }

        return new EsrtNetwork(
            checkpoint.Has("tail.0.2.weight") ? 4 : Scale(checkpoint, channels),
            channels,
            checkpoint.Extent("body.0.encoder1.att.conv_du.0.weight", 0),
            checkpoint.Count("body.{0}.reduce.weight"));
    }

    private static int Scale(Checkpoint checkpoint, int channels)
    {
        var outputs = checkpoint.Extent("tail.0.0.weight", 0);
        return outputs == 4 * channels ? 2 : outputs == 9 * channels ? 3 : throw new WeightsFormatException(
            $"Tensor 'tail.0.0.weight' gives {outputs} channels; expected {4 * channels} or {9 * channels}, for scales of 2 or 3.");
    }
}
