using AdaFormer.Export;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// Sizes that override those of an AdaFormer preset: the section <c>adaformer</c> of a training configuration. Sizes that are
/// <see langword="null"/>, the default, are the preset's.
/// </summary>
public sealed record AdaFormerSizes : NetworkSizes
{
    /// <summary>Feature channels C of the convolutions.</summary>
    public int? Channels { get; init; }

    /// <summary>Embedding width D of the tokens.</summary>
    public int? Embed { get; init; }

    /// <summary>Number L of transformer blocks.</summary>
    public int? Blocks { get; init; }

    /// <summary>Attention heads h; divides the embedding width.</summary>
    public int? Heads { get; init; }

    /// <summary>Number M of learned prototypes of the global branch.</summary>
    public int? Prototypes { get; init; }

    /// <summary>Residual blocks before the transformer.</summary>
    public int? EncoderBlocks { get; init; }

    /// <summary>Residual blocks after the transformer.</summary>
    public int? DecoderBlocks { get; init; }

    /// <summary>Side t of the square of pixels per token: 1 or 2.</summary>
    public int? TokenStride { get; init; }

    // Whether they form a valid network is checked together with the preset.
    internal override void Validate()
    {
    }

    /// <summary>A preset with these sizes in place of its own.</summary>
    /// <exception cref="ArgumentException">The sizes do not form a valid network; the message names the wrong one.</exception>
    internal AdaFormerConfiguration Over(AdaFormerConfiguration preset) => (preset with
    {
        Channels = Channels ?? preset.Channels,
        Embed = Embed ?? preset.Embed,
        Blocks = Blocks ?? preset.Blocks,
        Heads = Heads ?? preset.Heads,
        Prototypes = Prototypes ?? preset.Prototypes,
        EncoderBlocks = EncoderBlocks ?? preset.EncoderBlocks,
        DecoderBlocks = DecoderBlocks ?? preset.DecoderBlocks,
        TokenStride = TokenStride ?? preset.TokenStride,
    }).Validated();
}
