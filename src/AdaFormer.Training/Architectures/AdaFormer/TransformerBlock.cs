using AdaFormer.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// A token-sparsification attention block (TSAB): local and global attention in parallel, then an MLP, for tokens not yet halted.
/// </summary>
internal sealed class TransformerBlock : nn.Module<Tensor, long, HaltingMask?, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly LocalAttention local;
    private readonly GlobalAttention? @global;
    private readonly LayerNorm norm2;
    private readonly FeedForward mlp;

    public TransformerBlock(AdaFormerConfiguration c, bool globalBranch) : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(c.Embed);
        local = new LocalAttention(c.Embed, c.Heads, c.Window);
        @global = globalBranch ? new GlobalAttention(c.Embed, c.Heads, c.Prototypes) : null;
        norm2 = nn.LayerNorm(c.Embed);
        mlp = new FeedForward(c.Embed, c.MlpRatio * c.Embed);
        RegisterComponents();
    }

    /// <summary>The block on all tokens, with halted ones masked afterwards: for training, where shapes must not depend on the masks.</summary>
    /// <param name="tokens">X, (windows, S², D).</param>
    /// <param name="images">N; divides the number of windows.</param>
    /// <param name="mask">Null: nothing is halted.</param>
    public override Tensor forward(Tensor tokens, long images, HaltingMask? mask)
    {
        var normalized = norm1.forward(tokens);
        var localResult = local.forward(normalized);                                                      // (windows, S², D)
        var globalResult = @global?.forward(normalized.view(images, -1, tokens.shape[2]), mask?.Tokens.view(images, -1))
            .view(tokens.shape);                                                                          // (N, T, D) → (windows, S², D)
        if (mask is null)
        {
            var attended = Sum(tokens + localResult, globalResult);
            return attended + mlp.forward(norm2.forward(attended));                                       // Eq. 14
        }

        var zero = zeros_like(tokens[0, 0, 0]);
        var masked = Sum(
            tokens + localResult.where(mask.Windows.view(-1, 1, 1), zero),                                // Eq. 20, 21
            globalResult?.where(mask.Tokens.unsqueeze(-1), zero));                                        // Eq. 23, 24
        return masked + mlp.forward(norm2.forward(masked)).where(mask.Live.unsqueeze(-1), zero);
    }

    /// <summary>The block on the kept windows and tokens only, in place: for inference, where halted ones cost nothing.</summary>
    /// <param name="tokens">X, (windows, S², D); overwritten.</param>
    /// <param name="images">N; divides the number of windows.</param>
    /// <param name="mask">The windows and tokens to keep.</param>
    public void ForwardGathered(Tensor tokens, long images, HaltingMask mask)
    {
        var width = tokens.shape[2];
        var flat = tokens.view(-1, width);                                                                // (all tokens, D)
        var live = mask.Live.view(-1).nonzero().view(-1);
        if (live.shape[0] == 0)
            return;
        var attended = flat.index_select(0, live);
        var windows = mask.Windows.nonzero().view(-1);
        if (windows.shape[0] > 0)
        {
            var kept = norm1.forward(tokens.index_select(0, windows));                                    // (kept windows, S², D)
            attended += zeros_like(tokens).index_copy_(0, windows, local.forward(kept)).view(-1, width).index_select(0, live);
        }

        if (@global is not null)
            attended += Global(@global, flat, mask.Tokens.view(images, -1)).index_select(0, live);
        flat.index_copy_(0, live, attended + mlp.forward(norm2.forward(attended)));
    }

    private Tensor Global(GlobalAttention branch, Tensor tokens, Tensor keptPerImage)
    {
        var result = zeros_like(tokens);
        for (var image = 0L; image < keptPerImage.shape[0]; image++)
        {
            var kept = keptPerImage[image].nonzero().view(-1) + image * keptPerImage.shape[1];
            if (kept.shape[0] > 0)
                result.index_copy_(0, kept, branch.forward(norm1.forward(tokens.index_select(0, kept)).unsqueeze(0), null).squeeze(0));
        }

        return result;
    }

    private static Tensor Sum(Tensor tokens, Tensor? result) => result is null ? tokens : tokens + result;
}
