using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>Adam (Kingma and Ba 2014, arXiv:1412.6980).</summary>
internal sealed class AdamPart(string name, IReadOnlyList<Parameter> parameters, double factor, AdamSettings settings) : OptimizerPart(parameters, factor)
{
    private readonly Tensor _mean = Zeros(parameters);
    private readonly Tensor _variance = Zeros(parameters);

    public override IEnumerable<(string Name, Tensor Moment)> Moments => [($"adam.{name}.mean", _mean), ($"adam.{name}.variance", _variance)];

    public override Tensor Direction(Tensor gradient, long step, Tensor healthy)
    {
        var (beta1, beta2, epsilon) = settings;
        var mean = _mean.mul(beta1).add_(gradient, alpha: 1 - beta1);
        var variance = _variance.mul(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        var denominator = variance.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(epsilon);
        _mean.copy_(mean.where(healthy, _mean));
        _variance.copy_(variance.where(healthy, _variance));
        return mean.div_(denominator).div_(1 - Math.Pow(beta1, step));
    }
}

/// <summary>Adam's decays of the first and second moment, and ε.</summary>
internal readonly record struct AdamSettings(double Beta1, double Beta2, double Epsilon);
