using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Token aggregation over the whole image, then attention within patches. Checkpoints have numbers for names here.</summary>
internal sealed class CatanetBlock : nn.Module<Tensor, Tensor>
{
    private readonly TokenAggregation _global;
    private readonly PatchLayers _local;

    public CatanetBlock(CatanetConfiguration c, int index) : base(nameof(CatanetBlock))
    {
        (_global, _local) = (new TokenAggregation(c, index), new PatchLayers(c, index));
        register_module("0", _global);
        register_module("1", _local);
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens) => _local.forward(_global.forward(tokens));
}
