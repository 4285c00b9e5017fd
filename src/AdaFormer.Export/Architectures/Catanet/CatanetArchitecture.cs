using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Catanet;

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
