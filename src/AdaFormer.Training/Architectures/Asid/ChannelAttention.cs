using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>Channel attention, over the pixels of windows and then over the image, each followed by a feed-forward part.</summary>
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

/// <summary>
/// Self-attention between channels (transposed attention), over the pixels of a window, or over those at the same position in every
/// window of the image.
/// </summary>
internal sealed class ChannelAttention : nn.Module<Tensor, Tensor>
{
    private const long Area = PixelGroups.Side * PixelGroups.Side;

    private readonly Parameter temperature;
    private readonly Conv2d qkv;
    private readonly Conv2d qkv_dwconv;
    private readonly Conv2d project_out;
    private readonly Reach _reach;

    public ChannelAttention(int channels, Reach reach) : base(nameof(ChannelAttention))
    {
        temperature = new Parameter(ones(1, 1, 1));
        qkv = nn.Conv2d(channels, 3 * channels, 1, bias: false);
        qkv_dwconv = nn.Conv2d(3 * channels, 3 * channels, 3, padding: 1, groups: 3 * channels, bias: false);
        project_out = nn.Conv2d(channels, channels, 1, bias: false);
        _reach = reach;
        RegisterComponents();
    }

    /// <summary>(N, C, H, W), the same shape.</summary>
    public override Tensor forward(Tensor image)
    {
        var parts = Groups(qkv_dwconv.forward(qkv.forward(image))).split(image.shape[1], -1);   // q, k, v: 3 × (groups, pixels, C)
        var (queries, keys) = (nn.functional.normalize(parts[0], dim: 1), nn.functional.normalize(parts[1], dim: 1));
        var attention = (queries.transpose(1, 2).bmm(keys) * temperature).softmax(-1);          // (groups, C, C)
        return project_out.forward(Merged(parts[2].bmm(attention.transpose(1, 2)), image));
    }

    private Tensor Groups(Tensor image)
    {
        var windows = PixelGroups.Split(image, Reach.Local);                                    // (N·X·Y, 64, C)
        return _reach == Reach.Local
            ? windows
            : windows.view(image.shape[0], -1, Area, image.shape[1]).transpose(1, 2).flatten(0, 1);    // (N·64, X·Y, C)
    }

    private Tensor Merged(Tensor groups, Tensor image)
    {
        var windows = _reach == Reach.Local ? groups : groups.view(image.shape[0], Area, -1, image.shape[1]).transpose(1, 2);
        return PixelGroups.Merge(windows, image, Reach.Local);
    }
}
