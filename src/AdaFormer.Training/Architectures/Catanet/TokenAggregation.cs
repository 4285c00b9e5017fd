using AdaFormer.Export.Architectures.Catanet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>
/// Token aggregation (TAB): tokens of similar content, anywhere in the image, attend to each other within groups, and to the token centres.
/// In training the centres are refined on each batch, starting from the stored ones, and update these; a trained network uses the stored ones.
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

    public TokenAggregation(CatanetSizes c, int block) : base(nameof(TokenAggregation))
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
        // Only the last refinement has gradients for the tokens' layers.
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
        return means.where(initted.gt(0), TokenCenters.Spread(normal, means.shape[0]));     // computes both: a check would wait for the device
    }

    private void Keep(Tensor centers)
    {
        using var _ = no_grad();
        means.copy_((means * Decay).add_(centers, alpha: 1 - Decay).where(initted.gt(0), centers));
        initted.fill_(1);
    }
}

/// <summary>Finds token centres: k-means with cosine similarity.</summary>
internal static class TokenCenters
{
    /// <summary>Rows scaled to length 1.</summary>
    public static Tensor Directions(Tensor rows) => nn.functional.normalize(rows, dim: -1);

    /// <summary>Initial centres: means over equal segments of all images' tokens, continued backwards after the last token.</summary>
    /// <param name="tokens">(N, T, C).</param>
    /// <param name="count">Number of centres M.</param>
    /// <returns>(M, C).</returns>
    public static Tensor Spread(Tensor tokens, long count)
    {
        var length = tokens.shape[1];
        var runs = tokens.index_select(1, TokenGroups.BackAndForth(length, (length / count + 1) * count, tokens.device));
        return runs.view(tokens.shape[0], count, -1, tokens.shape[2]).mean([0, 2]);
    }

    /// <summary>The directions of the sums of the tokens nearest to each centre; a centre without tokens is unchanged.</summary>
    /// <param name="directions">Tokens of length 1, (n, C).</param>
    /// <param name="centers">(M, C), of any length.</param>
    /// <returns>(M, C), of length 1.</returns>
    public static Tensor Refine(Tensor directions, Tensor centers)
    {
        var before = Directions(centers);
        var nearest = directions.matmul(before.t()).argmax(-1);                             // (n)
        var counts = zeros(centers.shape[0], device: centers.device).index_add(0, nearest, ones_like(nearest, dtype: ScalarType.Float32), 1);
        var sums = zeros_like(centers).index_add(0, nearest, directions, 1);
        return before.where(counts.eq(0).unsqueeze(-1), Directions(sums));
    }
}

/// <summary>The keys and values of the token centres.</summary>
internal sealed class CenterProjection : nn.Module<Tensor, (Tensor Keys, Tensor Values)>
{
    private readonly Linear to_k;
    private readonly Linear to_v;

    public CenterProjection(CatanetSizes c) : base(nameof(CenterProjection))
    {
        to_k = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_v = nn.Linear(c.Channels, c.Channels, hasBias: false);
        RegisterComponents();
    }

    public override (Tensor Keys, Tensor Values) forward(Tensor centers) => (to_k.forward(centers), to_v.forward(centers));
}
