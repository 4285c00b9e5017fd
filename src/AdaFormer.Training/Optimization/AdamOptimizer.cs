using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>
/// Adam over all parameters as one vector: a few operations a step, and moments that go into a checkpoint as they are.
/// The parameters are two parts, trunk and estimator, each with its own clipping: the estimator's loss is hundreds of times larger.
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

    /// <summary>Updates the parameters from their gradients and clears these.</summary>
    /// <param name="step">How many steps this makes, from 1.</param>
    /// <param name="learningRate">The trunk's learning rate.</param>
    /// <param name="clip">The largest norm of a part's gradient; 0 does not clip.</param>
    /// <returns>False, with all parameters as they were, if a gradient is not finite.</returns>
    public bool Step(long step, double learningRate, double clip)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var gradients = _parts.Select(part => part.Gradient()).ToArray();
        var norms = gradients.Select(gradient => gradient.norm().item<float>()).ToArray();
        if (!norms.All(float.IsFinite))
            return false;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (clip > 0 && norms[i] > clip)
                gradients[i].mul_(clip / norms[i]);
            Update(_parts[i], gradients[i], step, learningRate);
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var (_, moment) in Moments)
            moment.Dispose();
    }

    private void Update(Part part, Tensor gradient, long step, double learningRate)
    {
        var (beta1, beta2, epsilon) = _settings;
        part.Mean.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        part.Variance.mul_(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        var denominator = part.Variance.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(epsilon);
        var change = part.Mean.div(denominator).mul_(-learningRate * part.Factor / (1 - Math.Pow(beta1, step)));
        var offset = 0L;
        foreach (var parameter in part.Parameters)
        {
            parameter.add_(change.narrow(0, offset, parameter.numel()).view(parameter.shape));
            parameter.grad?.zero_();
            offset += parameter.numel();
        }
    }

    private sealed class Part
    {
        public Part(string name, IReadOnlyList<Parameter> parameters, double factor)
        {
            (Name, Parameters, Factor) = (name, parameters, factor);
            Mean = zeros(parameters.Sum(parameter => parameter.numel()));
            Variance = zeros_like(Mean);
        }

        public string Name { get; }

        public IReadOnlyList<Parameter> Parameters { get; }

        public double Factor { get; }

        public Tensor Mean { get; }

        public Tensor Variance { get; }

        public Tensor Gradient() => cat(Parameters.Select(parameter => (parameter.grad ?? zeros_like(parameter)).flatten()).ToArray());
    }
}
