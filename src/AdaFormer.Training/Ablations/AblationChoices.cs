namespace AdaFormer.Training;

/// <summary>The attention of a block.</summary>
public enum AttentionBranches
{
    /// <summary>Within windows only.</summary>
    Local,

    /// <summary>Within windows, and by prototypes over the whole picture.</summary>
    LocalAndGlobal,
}

/// <summary>The branches that leave halted tokens out.</summary>
public enum HaltingMasks
{
    /// <summary>Neither: nothing halts.</summary>
    None,

    /// <summary>The local one: halted windows have no local attention, and all tokens stay.</summary>
    Local,

    /// <summary>Both.</summary>
    LocalAndGlobal,
}

/// <summary>What halts tokens.</summary>
public enum HaltingExit
{
    /// <summary>The confidence estimator, trained by the uncertainty-guided loss: AdaFormer.</summary>
    Confidence,

    /// <summary>Nothing of the picture: every token leaves after the same number of blocks.</summary>
    Uniform,

    /// <summary>Chance: every window leaves after a number of blocks that was drawn for its place.</summary>
    Random,

    /// <summary>
    /// A probability read off the token itself, with the ponder loss: Yin et al., "A-ViT: Adaptive Tokens for Efficient Vision
    /// Transformer", CVPR 2022. The output is the tokens' mean over the blocks, weighted by it.
    /// </summary>
    Ponder,

    /// <summary>
    /// A regressor of how much the next block would improve the picture: Wang et al., "Adaptive Patch Exiting for Scalable Single Image
    /// Super-Resolution", 2022. The loss is that of the pictures after every block.
    /// </summary>
    Capacity,
}

/// <summary>What the confidence estimator learns from.</summary>
public enum EstimatorLoss
{
    /// <summary>The uncertainty-guided loss C·e − log C (Eq. 17).</summary>
    Likelihood,

    /// <summary>(log C + log e)² with a token's mean error e ≥ 1: an error of 2 for 1 costs as much as one of 20 for 10.</summary>
    LogError,
}
