using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>Where the halting scores come from: what a token is judged by after a block, and how judgements add up to its score R.</summary>
internal interface IHaltingPolicy
{
    /// <summary>Judges the tokens after a block; in training with gradients.</summary>
    /// <param name="block">Index of the block, from 0.</param>
    /// <param name="tokens">T after the block, (windows, S², D).</param>
    /// <param name="partition">How the windows lie in the images.</param>
    /// <returns>(windows, S²).</returns>
    Tensor Estimate(int block, Tensor tokens, WindowPartition partition);

    /// <summary>The scores for the next block, without gradients.</summary>
    /// <param name="scores">R so far, (windows, S²); at first 0.</param>
    /// <param name="estimates">What <see cref="Estimate"/> gave after the block.</param>
    Tensor Accumulate(Tensor scores, Tensor estimates);
}
