using AdaFormer.Export.Weights;
using AdaFormer.Training.Network;
using AdaFormer.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Checkpoints;

/// <summary>All that a run changes as it goes on, so all that a checkpoint must hold.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly double _emaDecay;

    /// <param name="configuration">The run.</param>
    /// <param name="network">The network to train; the state owns it.</param>
    /// <param name="average">A network of the same sizes; becomes the moving average.</param>
    public TrainingState(TrainingConfiguration configuration, AdaFormerNetwork network, AdaFormerNetwork average)
    {
        (Network, Average, _emaDecay) = (network, average, configuration.EmaDecay);
        CopyWeightsToAverage();
        var trunk = new List<Parameter>();
        var estimator = new List<Parameter>();
        foreach (var (name, parameter) in network.named_parameters())
            (name.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal) ? estimator : trunk).Add(parameter);
        if (configuration.FreezeTrunk)
        {
            trunk.ForEach(parameter => parameter.requires_grad = false);
            trunk.Clear();
        }

        var c = configuration;
        Optimizer = new AdamOptimizer(trunk, estimator, c.EstimatorLearningRateFactor, c.AdamBeta1, c.AdamBeta2, c.AdamEpsilon);
    }

    /// <summary>Iterations done.</summary>
    public long Iteration { get; set; }

    public AdaFormerNetwork Network { get; }

    /// <summary>The exponential moving average of the weights: the result of a run.</summary>
    public AdaFormerNetwork Average { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>Takes over weights, also as the average; from another scale all but the upsampler's.</summary>
    /// <exception cref="WeightsFormatException">They are of another network.</exception>
    public void StartFrom(SafetensorsFile weights)
    {
        NetworkWeights.CopyAsStart(Network, weights);
        CopyWeightsToAverage();
    }

    public void UpdateAverage()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        // A shorter memory at first, so that the random start does not weigh for thousands of iterations.
        var decay = Math.Min(_emaDecay, (1.0 + Iteration) / (10 + Iteration));
        foreach (var (average, current) in Average.parameters().Zip(Network.parameters()))
            average.add_(current - average, alpha: 1 - decay);
    }

    public void Dispose()
    {
        Network.Dispose();
        Average.Dispose();
        Optimizer.Dispose();
    }

    private void CopyWeightsToAverage()
    {
        using var _ = no_grad();
        foreach (var (average, current) in Average.parameters().Zip(Network.parameters()))
            average.copy_(current);
    }
}
