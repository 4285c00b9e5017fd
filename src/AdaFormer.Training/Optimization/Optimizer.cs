using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>
/// Updates parameters in parts, each with its own clipping and its own rule: the estimator's loss is hundreds of times larger than the
/// trunk's. What a part remembers is stored in a checkpoint as it is.
/// </summary>
internal sealed class Optimizer(params IEnumerable<OptimizerPart> parts) : IDisposable
{
    private readonly OptimizerPart[] _parts = [.. parts.Where(part => part.Parameters.Count > 0)];

    /// <summary>What the parts remember, by name, for checkpoints.</summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments => _parts.SelectMany(part => part.Moments);

    /// <summary>Updates the parameters from their gradients and clears the gradients, without waiting for the device.</summary>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="learningRate">The learning rate, which a part multiplies by its factor.</param>
    /// <param name="clip">The maximum norm of a part's gradient; 0 does not clip.</param>
    /// <param name="healthy">Whether everything was finite so far, a boolean scalar; if not, nothing changes.</param>
    /// <returns>Whether the gradients are finite too; if not, parameters and moments are unchanged.</returns>
    public Tensor Step(long step, double learningRate, double clip, Tensor healthy)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var gradients = _parts.Select(part => ParameterVector.Gradients(part.Parameters)).ToArray();
        var norms = gradients.Select(gradient => gradient.norm()).ToArray();
        healthy = norms.Aggregate(healthy, (finite, norm) => finite & norm.isfinite());
        for (var i = 0; i < _parts.Length; i++)
        {
            if (clip > 0)
                gradients[i].mul_((clip / norms[i].to(ScalarType.Float64)).clamp_max(1).to(ScalarType.Float32));
            var change = _parts[i].Direction(gradients[i], step, healthy).mul_(-learningRate * _parts[i].Factor);
            foreach (var (parameter, own) in ParameterVector.Split(change.masked_fill_(~healthy, 0), _parts[i].Parameters))
            {
                parameter.add_(own);
                parameter.grad = null;
            }
        }

        return healthy.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (_, moment) in Moments)
            moment.Dispose();
    }
}

/// <summary>Parameters that are updated by one rule, as one vector.</summary>
internal abstract class OptimizerPart(IReadOnlyList<Parameter> parameters, double factor)
{
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>The part's learning rate relative to the run's.</summary>
    public double Factor { get; } = factor;

    /// <summary>What the part remembers of earlier gradients, by name.</summary>
    public abstract IEnumerable<(string Name, Tensor Moment)> Moments { get; }

    /// <summary>The direction of a step against the gradient, to be multiplied by the learning rate.</summary>
    /// <param name="gradient">The clipped gradients, one vector.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="healthy">A boolean scalar; if false, the moments keep their values.</param>
    public abstract Tensor Direction(Tensor gradient, long step, Tensor healthy);

    /// <summary>Zeros for a moment of all parameters, on their device.</summary>
    protected static Tensor Zeros(IReadOnlyList<Parameter> parameters) =>
        zeros(parameters.Sum(parameter => parameter.numel()), device: parameters.FirstOrDefault()?.device);
}

/// <summary>Treats parameters as one vector, so that a step is a few operations on a device instead of a few hundred.</summary>
internal static class ParameterVector
{
    public static Tensor Values(IReadOnlyList<Parameter> parameters) => cat(parameters.Select(parameter => parameter.detach().flatten()).ToArray());

    /// <summary>The gradients, 0 if there is none.</summary>
    public static Tensor Gradients(IReadOnlyList<Parameter> parameters) =>
        cat(parameters.Select(parameter => (parameter.grad ?? zeros_like(parameter)).flatten()).ToArray());

    /// <summary>Splits a vector into parts with the parameters' shapes.</summary>
    public static IEnumerable<(Parameter Parameter, Tensor Part)> Split(Tensor vector, IReadOnlyList<Parameter> parameters)
    {
        var offset = 0L;
        foreach (var parameter in parameters)
        {
            yield return (parameter, vector.narrow(0, offset, parameter.numel()).view(parameter.shape));
            offset += parameter.numel();
        }
    }
}
