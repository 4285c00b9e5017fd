using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Attention within overlapping patches and a feed-forward part (LRSA).</summary>
internal sealed class PatchLayers : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<PreNorm> layer;
    private readonly int _side;

    public PatchLayers(CatanetConfiguration c, int block) : base(nameof(PatchLayers))
    {
        layer = new ModuleList<PreNorm>(
            new PreNorm(c.Channels, new PatchAttention(c)), new PreNorm(c.Channels, new ConvFeedForward(c.Channels, c.Hidden)));
        _side = CatanetConfiguration.Patch(block);
        RegisterComponents();
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var grid = new OverlappingPatches(tokens.shape[1], tokens.shape[2], _side, tokens.device);
        var patches = grid.Cut(tokens);                                                     // (N·patches, tokens, C)
        tokens = grid.Join(patches + layer[0].forward(patches), tokens.shape[0]);
        return (tokens + layer[1].forward(tokens)).MoveToOuterDisposeScope();
    }
}
