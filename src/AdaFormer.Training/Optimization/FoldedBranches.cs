using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>
/// 3×3 kernels of equal shape (n of them, C→C), trained as sums of parallel linear branches: 3×3, 1×1, a factor per channel, and
/// 1×1 to twice the channels, 3×3, 1×1 back. RepVGG (Ding et al. 2021, arXiv:2101.03697) and ECBSR (Zhang et al. 2021,
/// doi:10.1145/3474085.3475291) compute every branch; without normalisation the sum is one 3×3 kernel, so here only the kernels are summed,
/// and the network still does one convolution. No branch has a bias (the layer's own stays), so zero padding folds exactly.
/// </summary>
internal sealed class FoldedBranches : IDisposable
{
    private const int Expansion = 2;

    private readonly IReadOnlyList<Parameter> _kernels;
    private readonly Parameter _square;      // (n, C, C, 3, 3)
    private readonly Parameter _point;       // (n, C, C)
    private readonly Parameter _identity;    // (n, C)
    private readonly Parameter _expand;      // (n, 2C, C)
    private readonly Parameter _middle;      // (n, 2C, 2C, 3, 3)
    private readonly Parameter _squeeze;     // (n, C, 2C)

    /// <param name="kernels">The network's kernels, which <see cref="WriteKernels"/> overwrites; initially the branches sum to these.</param>
    public FoldedBranches(IReadOnlyList<Parameter> kernels)
    {
        _kernels = kernels;
        var (n, channels, device) = (kernels.Count, kernels[0].shape[0], kernels[0].device);
        var wide = Expansion * channels;
        // Everything outside the 3×3 branch starts at zero, through one factor of each product, so that the other factors can learn.
        _square = new Parameter(zeros([n, channels, channels, 3, 3], device: device));
        _point = new Parameter(zeros([n, channels, channels], device: device));
        _identity = new Parameter(zeros([n, channels], device: device));
        _expand = Random([n, wide, channels], channels);
        _middle = Random([n, wide, wide, 3, 3], 9 * wide);
        _squeeze = new Parameter(zeros([n, channels, wide], device: device));
        ReadKernels();

        // Drawn on the CPU, so that a seed gives the same numbers everywhere; initialised like convolutions.
        Parameter Random(long[] shape, long inputs) => new(((rand(shape) * 2 - 1) / Math.Sqrt(inputs)).to(device));
    }

    /// <summary>The parameters trained instead of the kernels, by name.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters =>
    [
        ("square", _square), ("point", _point), ("identity", _identity), ("expand", _expand), ("middle", _middle), ("squeeze", _squeeze),
    ];

    /// <summary>Starts from the network's kernels: they become the 3×3 branch.</summary>
    public void ReadKernels()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _square.copy_(stack(_kernels.Select(kernel => kernel.detach())));
    }

    /// <summary>Writes the sums of the branches to the network.</summary>
    public void WriteKernels()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (kernel, folded) in _kernels.Zip(Fold().unbind()))
            kernel.copy_(folded);
    }

    /// <summary>Propagates the kernels' gradients to the branches, by the chain rule, and clears them.</summary>
    public void PassGradients()
    {
        using var scope = NewDisposeScope();
        var gradients = stack(_kernels.Select(kernel => kernel.grad ?? zeros_like(kernel)));
        (Fold() * gradients).sum().backward();
        foreach (var kernel in _kernels)
            kernel.grad = null;
    }

    /// <summary>The sums of the branches, (n, C, C, 3, 3).</summary>
    internal Tensor Fold()
    {
        var (n, channels, wide) = (_expand.shape[0], _expand.shape[2], _expand.shape[1]);
        var inner = _middle.permute(0, 1, 3, 4, 2).reshape(n, 9 * wide, wide).bmm(_expand);             // (n, 2C·9, C)
        var sequence = _squeeze.bmm(inner.view(n, wide, 9 * channels))                                  // (n, C, 9·C)
            .view(n, channels, 3, 3, channels).permute(0, 1, 4, 2, 3);                                  // (n, C, C, 3, 3)
        var centre = _point + _identity.diag_embed();                                                   // (n, C, C)
        return _square + sequence + nn.functional.pad(centre.unsqueeze(-1).unsqueeze(-1), [1, 1, 1, 1]);
    }

    public void Dispose()
    {
        foreach (var (_, parameter) in Parameters)
            parameter.Dispose();
    }
}
