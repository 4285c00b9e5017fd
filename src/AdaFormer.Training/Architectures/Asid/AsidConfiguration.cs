namespace AdaFormer.Training.Architectures.Asid;

/// <summary>The sizes of an ASID network: the section <c>asid</c> of a training configuration. The defaults are the published network's.</summary>
public sealed record AsidConfiguration : NetworkSizes
{
    /// <summary>Width of the features, a multiple of 4 from 8. Default: 48.</summary>
    public int Channels { get; init; } = 48;

    /// <summary>Number of blocks; ASID-D8 has 8. Default: 3.</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Width of the spatial attention. Default: 16.</summary>
    public int MaskChannels { get; init; } = 16;

    internal override void Validate()
    {
        Require("channels", Channels, 8, 1024, 4);
        Require("blocks", Blocks, 1, 64);
        Require("mask_channels", MaskChannels, 1, 1024);
    }
}
