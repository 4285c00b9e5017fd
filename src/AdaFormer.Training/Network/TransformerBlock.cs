using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// A token-sparsification attention block (TSAB): local and global attention side by side, then an MLP, for tokens not yet halted.
/// </summary>
internal sealed class TransformerBlock : nn.Module<Tensor, long, HaltingMask?, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly LocalAttention local;
    private readonly GlobalAttention @global;
    private readonly LayerNorm norm2;
    private readonly FeedForward mlp;

    public TransformerBlock(int embed, int heads, int window, int prototypes, int mlpRatio) : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(embed);
        local = new LocalAttention(embed, heads, window);
        @global = new GlobalAttention(embed, heads, prototypes);
        norm2 = nn.LayerNorm(embed);
        mlp = new FeedForward(embed, mlpRatio * embed);
        RegisterComponents();
    }

    /// <summary>The block on all tokens, halted ones masked afterwards: for training, where shapes must not depend on the masks.</summary>
    /// <param name="tokens">X, (windows, S², D).</param>
    /// <param name="images">N; divides the number of windows.</param>
    /// <param name="mask">Null: nothing is halted.</param>
    public override Tensor forward(Tensor tokens, long images, HaltingMask? mask)
    {
        var normalized = norm1.forward(tokens);
        var localResult = local.forward(normalized);                                                      // (windows, S², D)
        var globalResult = @global.forward(normalized.view(images, -1, tokens.shape[2]), mask?.Tokens.view(images, -1))
            .view(tokens.shape);                                                                          // (N, T, D) → (windows, S², D)
        if (mask is null)
        {
            var attended = tokens + localResult + globalResult;
            return attended + mlp.forward(norm2.forward(attended));                                       // Eq. 14
        }

        var zero = zeros_like(tokens[0, 0, 0]);
        var masked = tokens
            + localResult.where(mask.Windows.view(-1, 1, 1), zero)                                        // Eq. 20, 21
            + globalResult.where(mask.Tokens.unsqueeze(-1), zero);                                        // Eq. 23, 24
        return masked + mlp.forward(norm2.forward(masked)).where(mask.Live.unsqueeze(-1), zero);
    }

    /// <summary>The same on the kept windows and tokens only, in place: for inference, where halted ones cost nothing.</summary>
    /// <param name="tokens">X, (windows, S², D); overwritten.</param>
    /// <param name="images">N; divides the number of windows.</param>
    /// <param name="mask">What is kept.</param>
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

        var perImage = mask.Tokens.view(images, -1);
        var globalResult = zeros_like(flat);
        for (var image = 0L; image < images; image++)
        {
            var kept = perImage[image].nonzero().view(-1) + image * perImage.shape[1];
            if (kept.shape[0] > 0)
                globalResult.index_copy_(0, kept, @global.forward(norm1.forward(flat.index_select(0, kept)).unsqueeze(0), null).squeeze(0));
        }

        attended += globalResult.index_select(0, live);
        flat.index_copy_(0, live, attended + mlp.forward(norm2.forward(attended)));
    }
}
