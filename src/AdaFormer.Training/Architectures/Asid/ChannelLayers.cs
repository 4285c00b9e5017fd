using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>Attention between channels, over the pixels of windows and then over the image, each with a feed-forward part.</summary>
internal sealed class ChannelLayers : nn.Module<Tensor, Tensor>
{
    private readonly ChannelNorm canorm1;
    private readonly ChannelAttention cttn1;
    private readonly ChannelNorm cnorm1;
    private readonly GatedFeedForward gfn1;
    private readonly ChannelNorm canorm2;
    private readonly ChannelAttention cttn2;
    private readonly ChannelNorm cnorm2;
    private readonly GatedFeedForward gfn2;

    public ChannelLayers(int channels) : base(nameof(ChannelLayers))
    {
        (canorm1, cnorm1, canorm2, cnorm2) = (new ChannelNorm(channels), new ChannelNorm(channels), new ChannelNorm(channels), new ChannelNorm(channels));
        (cttn1, cttn2) = (new ChannelAttention(channels, Reach.Local), new ChannelAttention(channels, Reach.Global));
        (gfn1, gfn2) = (new GatedFeedForward(channels), new GatedFeedForward(channels));
        RegisterComponents();
    }

    /// <summary>(N, C, H, W), the same shape.</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x += cttn1.forward(canorm1.forward(x));
        x += gfn1.forward(cnorm1.forward(x));
        x += cttn2.forward(canorm2.forward(x));
        return (x + gfn2.forward(cnorm2.forward(x))).MoveToOuterDisposeScope();
    }
}
