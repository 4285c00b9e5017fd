using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// Decides which tokens a block skips, and how that is learned. AdaFormer's own is <see cref="ConfidencePolicy"/>; research plugs in others
/// through this interface.
/// </summary>
internal interface IHaltingPolicy
{
    /// <summary>Its weights, named <c>body.confidence</c> in the network; null: it has none.</summary>
    nn.Module? Estimator { get; }

    /// <summary>Estimates a score of the tokens after a block; in training with gradients.</summary>
    /// <param name="block">Index of the block, from 0.</param>
    /// <param name="tokens">T after the block, (windows, S², D).</param>
    /// <param name="partition">How the images are divided into windows.</param>
    /// <returns>(windows, S²).</returns>
    Tensor Estimate(int block, Tensor tokens, WindowPartition partition);

    /// <summary>The halting scores for the next block, without gradients.</summary>
    /// <param name="scores">R so far, (windows, S²); initially 0.</param>
    /// <param name="estimates">The result of <see cref="Estimate"/> after the block.</param>
    Tensor Accumulate(Tensor scores, Tensor estimates);

    /// <summary>The mask of the next block; null if it is known that nothing is halted.</summary>
    /// <param name="scores">R, (windows, S²).</param>
    /// <param name="threshold">1 − ε_h: at or above it a token is halted; infinity halts nothing.</param>
    HaltingMask? Mask(Tensor scores, double threshold) => HaltingMask.From(scores, threshold);

    /// <summary>Starts a sum of tokens over a forward pass, which is decoded instead of the last block's tokens; null: the latter are decoded.</summary>
    ITokenSum? BeginSum() => null;

    /// <summary>Whether the trunk learns from the pictures as they would be after each block, not only from the last.</summary>
    bool LearnsFromExits => false;

    /// <summary>The loss of the estimates, a scalar.</summary>
    /// <param name="output">The output of a training forward pass.</param>
    /// <param name="high">The true pictures, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="configuration">The run's configuration.</param>
    Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration);
}

/// <summary>Tokens summed over the blocks of one forward pass.</summary>
internal interface ITokenSum
{
    /// <summary>Adds the tokens after a block other than the last.</summary>
    /// <param name="estimates">The policy's estimates after it, (windows, S²).</param>
    /// <param name="tokens">(windows, S², D).</param>
    void Add(Tensor estimates, Tensor tokens);

    /// <summary>The sum, including the final tokens.</summary>
    Tensor Finish(Tensor tokens);

    /// <summary>Moves the current sum to the outer dispose scope.</summary>
    void MoveToOuterDisposeScope();
}
