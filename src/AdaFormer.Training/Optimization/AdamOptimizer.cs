using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>
/// Adam over all parameters as one vector: a few operations per step, and moments that are stored in a checkpoint as they are.
/// The parameters form two parts, trunk and estimator, each with its own clipping: the estimator's loss is hundreds of times larger.
/// </summary>
internal sealed class AdamOptimizer : IDisposable
{
    private readonly Part[] _parts;
    private readonly (double Beta1, double Beta2, double Epsilon) _settings;

    public AdamOptimizer(
        IReadOnlyList<Parameter> trunk, IReadOnlyList<Parameter> estimator, double estimatorFactor, double beta1, double beta2, double epsilon)
    {
        _parts = [new Part("trunk", trunk, 1), new Part("estimator", estimator, estimatorFactor)];
        _parts = _parts.Where(part => part.Parameters.Count > 0).ToArray();
        _settings = (beta1, beta2, epsilon);
    }

    /// <summary>First and second moments by name, for checkpoints.</summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments => _parts.SelectMany(part => new[]
    {
        ($"{part.Name}.mean", part.Mean),
        ($"{part.Name}.variance", part.Variance),
    });

    /// <summary>Updates the parameters from their gradients and clears the gradients, without waiting for the device.</summary>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="learningRate">The trunk's learning rate.</param>
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
            Update(_parts[i], gradients[i], step, learningRate, healthy);
        }

        return healthy.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (_, moment) in Moments)
            moment.Dispose();
    }

    private void Update(Part part, Tensor gradient, long step, double learningRate, Tensor healthy)
    {
        var (beta1, beta2, epsilon) = _settings;
        var mean = part.Mean.mul(beta1).add_(gradient, alpha: 1 - beta1);
        var variance = part.Variance.mul(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        var denominator = variance.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(epsilon);
        var change = mean.div(denominator).mul_(-learningRate * part.Factor / (1 - Math.Pow(beta1, step)));
        part.Mean.copy_(mean.where(healthy, part.Mean));
        part.Variance.copy_(variance.where(healthy, part.Variance));
        foreach (var (parameter, own) in ParameterVector.Split(change.masked_fill_(~healthy, 0), part.Parameters))
        {
            parameter.add_(own);
            parameter.grad = null;
        }
    }

    private sealed class Part
    {
        public Part(string name, IReadOnlyList<Parameter> parameters, double factor)
        {
            (Name, Parameters, Factor) = (name, parameters, factor);
            Mean = zeros(parameters.Sum(parameter => parameter.numel()), device: parameters.FirstOrDefault()?.device);
            Variance = zeros_like(Mean);
        }

        public string Name { get; }

        public IReadOnlyList<Parameter> Parameters { get; }

        public double Factor { get; }

        public Tensor Mean { get; }

        public Tensor Variance { get; }
    }
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
