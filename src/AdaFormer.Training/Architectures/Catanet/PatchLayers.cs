using AdaFormer.Export.Architectures.Catanet;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>Attention within overlapping patches and a feed-forward part (LRSA).</summary>
internal sealed class PatchLayers : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<PreNorm> layer;
    private readonly int _side;

    public PatchLayers(CatanetSizes c, int block) : base(nameof(PatchLayers))
    {
        layer = new ModuleList<PreNorm>(
            new PreNorm(c.Channels, new PatchAttention(c)), new PreNorm(c.Channels, new ConvFeedForward(c.Channels, c.Hidden)));
        _side = CatanetSizes.Patch(block);
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

/// <summary>Self-attention within patches.</summary>
internal sealed class PatchAttention : nn.Module<Tensor, Tensor>
{
    private readonly Linear to_q;
    private readonly Linear to_k;
    private readonly Linear to_v;
    private readonly Linear proj;

    public PatchAttention(CatanetSizes c) : base(nameof(PatchAttention))
    {
        to_q = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_k = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_v = nn.Linear(c.Channels, c.Channels, hasBias: false);
        proj = nn.Linear(c.Channels, c.Channels, hasBias: false);
        RegisterComponents();
    }

    /// <summary>(patches, tokens, C), the same shape.</summary>
    public override Tensor forward(Tensor patches) =>
        proj.forward(HeadAttention.Of(to_q.forward(patches), to_k.forward(patches), to_v.forward(patches)));
}
