namespace AdaFormer.Export.Architectures;

/// <summary>Architectures that people share models of and that are not supported, so that a refusal can say what a file is.</summary>
internal static class ForeignArchitectures
{
    private static readonly (string Name, string[] Tensors)[] Known =
    [
        ("HAT", ["conv_first.weight", "layers.0.residual_group.blocks.0.conv_block.cab.0.weight"]),
        ("Swin2SR", ["patch_embed.proj.weight", "layers.0.residual_group.blocks.0.attn.logit_scale"]),
        ("DRCT", ["conv_first.weight", "layers.0.swin1.attn.relative_position_bias_table"]),
        ("ATD", ["conv_first.weight", "layers.0.residual_group.td"]),
        ("CRAFT", ["conv_first.weight", "layers.0.residual_group.hf_blocks.0.attn.temperature"]),
        ("RGT", ["before_RG.1.weight", "layers.0.blocks.0.gamma"]),
        ("GRL", ["norm_start.weight", "layers.0.blocks.0.attn.window_attn.attn_transform.logit_scale"]),
        ("RCAN", ["head.0.weight", "body.0.body.0.body.3.conv_du.0.weight"]),
        ("SAFMN", ["to_feat.weight", "feats.0.safm.aggr.weight"]),
        ("MoSR", ["gblocks.0.weight", "gblocks.1.fc1.weight"]),
        ("FDAT", ["conv_first.weight", "groups.0.blocks.0.inter.cg.1.weight"]),
        ("DITN", ["sft.weight", "UFONE.0.ITLs.0.attn.temperature"]),
        ("Real-CUGAN", ["unet1.conv1.conv.0.weight", "unet2.conv1.conv.0.weight"]),
        ("SCUNet", ["m_head.0.weight", "m_tail.0.weight"]),
        ("FBCNN", ["m_head.weight", "qf_pred.0.res.0.weight"]),
        ("DRUNet", ["m_head.weight", "m_down1.0.res.0.weight"]),
        ("SwiftSRGAN", ["initial.cnn.depthwise.weight", "final_conv.pointwise.weight"]),
        ("NAFNet", ["intro.weight", "middle_blks.0.beta"]),
        ("GFPGAN, a model for faces", ["toRGB.0.weight", "stylegan_decoder.style_mlp.1.weight"]),
        ("Real-ESRGAN with a network that judges the degradation (MM-RealSR)", ["conv_first.weight", "body.0.rdb1.conv1.weight", "de_net.conv_first.0.weight"]),
        ("a discriminator, the part of a training that judges pictures; the generator beside it enlarges them", ["conv0.weight", "conv1.weight_orig"]),
        ("a discriminator, the part of a training that judges pictures; the generator beside it enlarges them", ["features.0.weight", "classifier.0.weight"]),
    ];

    /// <summary>The name of the unsupported architecture that a checkpoint has; <see langword="null"/> if it has none of those known.</summary>
    public static string? NameOf(Checkpoint checkpoint) => Array.Find(Known, entry => checkpoint.Has(entry.Tensors)).Name;
}
