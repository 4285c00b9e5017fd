using AdaFormer.Export;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// The sizes of an AdaFormer network that are not its preset's: the section <c>adaformer</c> of a training configuration. What is
/// <see langword="null"/>, as everything is by default, is the preset's.
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

    /// <summary>Side t of the square of pixels that a token is made of: 1 or 2.</summary>
    public int? TokenStride { get; init; }

    // Whether they make a network, the preset decides with them.
    internal override void Validate()
    {
    }

    /// <summary>A preset with these sizes in the place of its own.</summary>
    /// <exception cref="ArgumentException">The sizes make no network; the message names the wrong one.</exception>
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
