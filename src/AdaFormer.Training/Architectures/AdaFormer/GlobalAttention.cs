using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>The global branch: M learned prototypes attend to an image's tokens, then the tokens to the prototypes (Eq. 10–13).</summary>
internal sealed class GlobalAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    // Not −∞: an image without any kept token would get NaN, which a later mask hides in the values but not in the gradient.
    private const float Halted = -1e9f;

    private readonly Parameter prototypes;
    private readonly Linear prototype_query;
    private readonly Linear token_kv;
    private readonly Linear token_query;
    private readonly Linear prototype_kv;
    private readonly int _heads;
    private readonly long _headWidth;

    public GlobalAttention(int embed, int heads, int prototypeCount) : base(nameof(GlobalAttention))
    {
        // Not all 1 as in the paper: equal prototypes would get equal gradients and stay equal.
        prototypes = new Parameter(nn.init.trunc_normal_(empty(prototypeCount, embed), std: 0.02));
        prototype_query = nn.Linear(embed, embed);
        token_kv = nn.Linear(embed, 2 * embed);
        token_query = nn.Linear(embed, embed);
        prototype_kv = nn.Linear(embed, 2 * embed);
        _heads = heads;
        _headWidth = embed / heads;
        RegisterComponents();
    }

    /// <param name="tokens">Normalised tokens of each image, (N, T, D).</param>
    /// <param name="keptTokens">The tokens that the prototypes attend to, (N, T); null: all.</param>
    public override Tensor forward(Tensor tokens, Tensor? keptTokens)
    {
        var mask = keptTokens is null
            ? null
            : zeros(keptTokens.shape, device: tokens.device).masked_fill_(~keptTokens, Halted).unsqueeze(1);    // (N, 1, T)
        var prototypeQueries = prototype_query.forward(prototypes)
            .unsqueeze(0).expand(tokens.shape[0], -1, -1).split(_headWidth, -1);        // h × (N, M, D/h)
        var (tokenKeys, tokenValues) = KeysAndValues(token_kv.forward(tokens));         // h × (N, T, D/h) each
        var updated = AttentionHeads.Attend(prototypeQueries, tokenKeys, tokenValues, _ => mask);          // (N, M, D)

        var tokenQueries = token_query.forward(tokens).split(_headWidth, -1);           // h × (N, T, D/h)
        var (prototypeKeys, prototypeValues) = KeysAndValues(prototype_kv.forward(updated));               // h × (N, M, D/h) each
        return AttentionHeads.Attend(tokenQueries, prototypeKeys, prototypeValues, _ => null);             // (N, T, D)
    }

    private (Tensor[] Keys, Tensor[] Values) KeysAndValues(Tensor projected)
    {
        var parts = projected.split(_headWidth, -1);                                    // k of h heads, then v of h heads
        return (parts[.._heads], parts[_heads..]);
    }
}
