using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// Which tokens a block leaves out, and how that is learned. AdaFormer's own is <see cref="ConfidencePolicy"/>; what research compares it with
/// comes in through this interface.
/// </summary>
internal interface IHaltingPolicy
{
    /// <summary>Its weights, which the network names <c>body.confidence</c>; null: it has none.</summary>
    nn.Module? Estimator { get; }

    /// <summary>Judges the tokens after a block; in training with gradients.</summary>
    /// <param name="block">Index of the block, from 0.</param>
    /// <param name="tokens">T after the block, (windows, S², D).</param>
    /// <param name="partition">How the windows lie in the images.</param>
    /// <returns>(windows, S²).</returns>
    Tensor Estimate(int block, Tensor tokens, WindowPartition partition);

    /// <summary>The halting scores for the next block, without gradients.</summary>
    /// <param name="scores">R so far, (windows, S²); at first 0.</param>
    /// <param name="estimates">What <see cref="Estimate"/> gave after the block.</param>
    Tensor Accumulate(Tensor scores, Tensor estimates);

    /// <summary>What the next block still works on; null where nothing is known to be halted.</summary>
    /// <param name="scores">R, (windows, S²).</param>
    /// <param name="threshold">1 − ε_h: at or above it is halted; infinity halts nothing.</param>
    HaltingMask? Mask(Tensor scores, double threshold) => HaltingMask.From(scores, threshold);

    /// <summary>Begins what a forward sums up to be decoded in place of the last block's tokens; null: these are decoded.</summary>
    ITokenSum? BeginSum() => null;

    /// <summary>Whether the trunk learns from the pictures as they would be after each block, not from the last alone.</summary>
    bool LearnsFromExits => false;

    /// <summary>What the estimates learn from, a scalar.</summary>
    /// <param name="output">The answer of a training forward.</param>
    /// <param name="high">The true pictures, (N, 3, sH, sW) in 0..1.</param>
    /// <param name="configuration">The run.</param>
    Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration);
}

/// <summary>Tokens summed over the blocks of one forward.</summary>
internal interface ITokenSum
{
    /// <summary>Adds the tokens after a block that is not the last.</summary>
    /// <param name="estimates">The policy's estimates after it, (windows, S²).</param>
    /// <param name="tokens">(windows, S², D).</param>
    void Add(Tensor estimates, Tensor tokens);

    /// <summary>The sum, with the tokens at the end.</summary>
    Tensor Finish(Tensor tokens);

    /// <summary>Lets what was added so far outlive the current scope.</summary>
    void MoveToOuterDisposeScope();
}
