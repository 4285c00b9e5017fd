using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>
/// Token aggregation (TAB): tokens of like content, wherever in the image, attend to each other within groups, and to the token centres.
/// In training the centres of the batch are found anew, beginning with those kept, and move what is kept; a trained network has these.
/// </summary>
internal sealed class TokenAggregation : nn.Module<Tensor, Tensor>
{
    private const int Refinements = 5;
    private const double Decay = 0.999;

    private readonly LayerNorm norm;
    private readonly PreNorm mlp;
    private readonly CenterProjection irca_attn;
    private readonly GroupAttention iasa_attn;
    private readonly Conv2d conv1x1;
    private readonly Tensor means;
    private readonly Tensor initted;
    private readonly int _group;

    public TokenAggregation(CatanetConfiguration c, int block) : base(nameof(TokenAggregation))
    {
        norm = nn.LayerNorm(c.Channels);
        mlp = new PreNorm(c.Channels, new ConvFeedForward(c.Channels, c.Hidden));
        irca_attn = new CenterProjection(c);
        iasa_attn = new GroupAttention(c);
        conv1x1 = nn.Conv2d(c.Channels, c.Channels, 1, bias: false);
        means = randn(c.Centers[block], c.Channels);
        initted = zeros([]);
        _group = c.Group(block);
        RegisterComponents();
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var normal = norm.forward(tokens).flatten(1, 2);                                    // (N, T, C)
        var centers = Centers(normal);                                                      // (M, C)
        var groups = TokenGroups.Of(normal, centers, _group);
        var update = iasa_attn.forward(normal, groups, irca_attn.forward(centers)).view(tokens.shape);
        tokens += conv1x1.forward(update.permute(0, 3, 1, 2)).permute(0, 2, 3, 1);
        if (training)
            Keep(centers);
        return (tokens + mlp.forward(tokens)).MoveToOuterDisposeScope();
    }

    private Tensor Centers(Tensor normal)
    {
        var start = Start(normal);
        if (!training)
            return start;
        var directions = TokenCenters.Directions(normal.flatten(0, 1));                     // (N·T, C)
        // Only the last refinement tells the tokens' layers how to make better centres.
        using (no_grad())
        {
            for (var i = 1; i < Refinements; i++)
                start = TokenCenters.Refine(directions, start);
        }

        return TokenCenters.Refine(directions, start);
    }

    private Tensor Start(Tensor normal)
    {
        using var _ = no_grad();
        return means.where(initted.gt(0), TokenCenters.Spread(normal, means.shape[0]));     // both: asking would wait for the device
    }

    private void Keep(Tensor centers)
    {
        using var _ = no_grad();
        means.copy_((means * Decay).add_(centers, alpha: 1 - Decay).where(initted.gt(0), centers));
        initted.fill_(1);
    }
}
