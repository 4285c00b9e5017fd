using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>
/// Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): the direction of a matrix is its momentum with all singular values brought near 1,
/// so that what the gradient seldom shows is learned as fast as what it always shows. A convolution's kernel is the matrix of its outputs
/// times the rest. The direction is scaled so that its root mean square is that of Adam, about 0.2 (Liu et al. 2025, arXiv:2502.16982,
/// equation 4), and both take the same learning rate.
/// </summary>
internal sealed class MuonPart(IReadOnlyList<Parameter> matrices) : OptimizerPart(matrices, 1)
{
    private const double Decay = 0.95;
    private const double AdamRootMeanSquare = 0.2;
    private const int Iterations = 5;
    private const long SmallestSide = 16;

    private readonly Tensor _momentum = Zeros(matrices);

    public override IEnumerable<(string Name, Tensor Moment)> Moments => [("muon.momentum", _momentum)];

    /// <summary>Whether a parameter is a matrix or kernel large enough to have singular values worth levelling.</summary>
    public static bool Takes(Parameter parameter) =>
        parameter.shape is [var rows, _, ..] && rows >= SmallestSide && parameter.numel() / rows >= SmallestSide;

    public override Tensor Direction(Tensor gradient, long step, Tensor healthy)
    {
        var momentum = _momentum.mul(Decay).add_(gradient, alpha: 1 - Decay);
        _momentum.copy_(momentum.where(healthy, _momentum));
        var nesterov = gradient.lerp_(momentum, Decay);
        var matrices = ParameterVector.Split(nesterov, Parameters).Select(pair => pair.Part.flatten(1)).ToArray();
        var directions = new Tensor[matrices.Length];
        foreach (var alike in Enumerable.Range(0, matrices.Length).GroupBy(i => (matrices[i].shape[0], matrices[i].shape[1])))
        {
            var (rows, columns) = alike.Key;
            var scale = AdamRootMeanSquare * Math.Sqrt(Math.Max(rows, columns));
            foreach (var (i, direction) in alike.Zip(Orthogonal(stack(alike.Select(i => matrices[i]))).unbind()))
                directions[i] = direction.mul(scale).flatten();
        }

        return cat(directions);
    }

    /// <summary>
    /// Brings the singular values of matrices between about 0.7 and 1.2 by five Newton-Schulz iterations with Jordan's coefficients.
    /// </summary>
    /// <param name="matrices">(n, rows, columns).</param>
    internal static Tensor Orthogonal(Tensor matrices)
    {
        var wide = matrices.shape[1] <= matrices.shape[2];
        var x = wide ? matrices : matrices.transpose(1, 2);
        x = x / (x.square().sum([1, 2], keepdim: true).sqrt_() + 1e-12);
        for (var i = 0; i < Iterations; i++)
        {
            var square = x.bmm(x.transpose(1, 2));
            x = 3.4445 * x + (-4.7750 * square + 2.0315 * square.bmm(square)).bmm(x);
        }

        return wide ? x : x.transpose(1, 2);
    }
}
