using AdaFormer.Export.Weights;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Checkpoints;

/// <summary>The whole mutable state of a run, so everything that a checkpoint must contain.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly double _emaDecay;
    private readonly ITrainableNetwork _average;
    private readonly Parameter[] _parameters;
    private readonly Tensor _averageVector;

    /// <param name="configuration">The run's configuration.</param>
    /// <param name="network">The network to train; the state owns it.</param>
    /// <param name="average">A network of the same sizes; becomes the moving average.</param>
    public TrainingState(TrainingConfiguration configuration, ITrainableNetwork network, ITrainableNetwork average)
    {
        (Network, _average, _emaDecay) = (network, average, configuration.EmaDecay);
        _parameters = network.Module.parameters().ToArray();
        _averageVector = zeros(_parameters.Sum(parameter => parameter.numel()), device: _parameters[0].device);
        Healthy = ones([], ScalarType.Bool, _parameters[0].device);
        HealthySteps = zeros([], ScalarType.Int64, _parameters[0].device);
        CopyWeightsToAverage();
        var trunk = new List<Parameter>();
        var estimator = new List<Parameter>();
        var folded = new List<Parameter>();
        foreach (var (name, parameter) in network.Module.named_parameters())
            (network.IsEstimator(name) ? estimator : configuration.FoldedBranches && network.IsFoldable(name) ? folded : trunk).Add(parameter);
        if (folded.Count > 0)
        {
            Branches = new FoldedBranches(folded);
            trunk.AddRange(Branches.Parameters.Select(branch => branch.Parameter));
        }

        if (configuration.FreezeTrunk)
        {
            trunk.ForEach(parameter => parameter.requires_grad = false);
            trunk.Clear();
        }

        var adam = new AdamSettings(configuration.AdamBeta1, configuration.AdamBeta2, configuration.AdamEpsilon);
        Optimizer = new Optimizer(
            new MuonPart(trunk.FindAll(IsMuons)),
            new AdamPart("trunk", trunk.FindAll(parameter => !IsMuons(parameter)), 1, adam),
            new AdamPart("estimator", estimator, configuration.EstimatorLearningRateFactor, adam));

        bool IsMuons(Parameter parameter) => configuration.Optimizer == OptimizerKind.Muon && MuonPart.Takes(parameter);
    }

    /// <summary>Iterations done.</summary>
    public long Iteration { get; set; }

    public ITrainableNetwork Network { get; }

    /// <summary>The device of network, average and moments.</summary>
    public torch.Device Device => _averageVector.device;

    public Optimizer Optimizer { get; }

    /// <summary>Trained instead of some of the network's kernels; null: these are trained themselves.</summary>
    public FoldedBranches? Branches { get; }

    /// <summary>Whether every loss and gradient was finite so far: a boolean scalar on the device, which is rarely read.</summary>
    public Tensor Healthy { get; private set; }

    /// <summary>Steps of this run, without those that changed nothing: an integer scalar on the device.</summary>
    public Tensor HealthySteps { get; }

    /// <summary>The changes made on resuming, and at which iteration; empty for an uninterrupted run.</summary>
    public string History { get; set; } = "";

    /// <summary>Copies initial weights, also to the average; from another scale all but the upsampler's.</summary>
    /// <exception cref="WeightsFormatException">They belong to another network.</exception>
    public void StartFrom(SafetensorsFile weights)
    {
        Network.StartFrom(weights);
        Branches?.ReadKernels();
        CopyWeightsToAverage();
    }

    /// <summary>One training step from the gradients. If loss or gradient is not finite, this and every later step changes nothing.</summary>
    /// <param name="loss">The loss whose gradients these are, a scalar.</param>
    /// <param name="learningRate">The trunk's learning rate.</param>
    /// <param name="clip">The maximum norm of a part's gradient; 0 does not clip.</param>
    public void Step(Tensor loss, double learningRate, double clip)
    {
        Branches?.PassGradients();
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var before = Healthy;
        Healthy = Optimizer.Step(Iteration + 1, learningRate, clip, before & loss.isfinite()).DetachFromDisposeScope();
        HealthySteps.add_(Healthy);
        Branches?.WriteKernels();
        // A shorter memory at first, so that the random start does not count for thousands of iterations.
        var decay = Math.Min(_emaDecay, (1.0 + Iteration) / (10 + Iteration));
        _averageVector.add_((ParameterVector.Values(_parameters) - _averageVector).mul_(Healthy), alpha: 1 - decay);
        Iteration++;
    }

    /// <summary>The exponential moving average of the weights, of folded kernels instead of their branches, with the current buffers: the result of a run.</summary>
    public ITrainableNetwork Average()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, part) in ParameterVector.Split(_averageVector, [.. _average.Module.parameters()]))
            parameter.copy_(part);
        foreach (var (buffer, own) in Network.Buffers.Zip(_average.Buffers))
            own.Tensor.copy_(buffer.Tensor);
        return _average;
    }

    /// <summary>Reads back an average that was copied into <see cref="Average"/>'s network.</summary>
    public void ReadAverage()
    {
        using var _ = no_grad();
        using var vector = ParameterVector.Values([.. _average.Module.parameters()]);
        _averageVector.copy_(vector);
    }

    public void Dispose()
    {
        Network.Dispose();
        _average.Dispose();
        _averageVector.Dispose();
        Optimizer.Dispose();
        Branches?.Dispose();
        Healthy.Dispose();
        HealthySteps.Dispose();
    }

    private void CopyWeightsToAverage()
    {
        using var _ = no_grad();
        using var vector = ParameterVector.Values(_parameters);
        _averageVector.copy_(vector);
    }
}
