using AdaFormer.Export.Architectures.Tokens;

namespace AdaFormer.Export.Architectures.NgSwin;

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
