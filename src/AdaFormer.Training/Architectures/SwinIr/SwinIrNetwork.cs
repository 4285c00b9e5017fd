using AdaFormer.Training.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>
/// SwinIR in its lightweight form: Liang et al., "SwinIR: Image Restoration Using Swin Transformer", ICCV Workshops 2021. Groups of Swin
/// Transformer blocks between two convolutions; the picture comes out of one more convolution and a pixel shuffle.
/// </summary>
internal sealed class SwinIrNetwork : FeedForwardNetwork
{
    private readonly Conv2d conv_first;
    private readonly SwinPatchNorm patch_embed;
    private readonly ModuleList<SwinGroup> layers;
    private readonly LayerNorm norm;
    private readonly Conv2d conv_after_body;
    private readonly Sequential upsample;
    private readonly Tensor mean;
    private readonly StochasticDepth _depth;
    private readonly int _window;

    /// <param name="c">The sizes.</param>
    /// <param name="scale">How many times larger the output is.</param>
    /// <param name="seed">Decides, with the iteration, which blocks are left out.</param>
    public SwinIrNetwork(SwinIrConfiguration c, int scale, long seed) : base(nameof(SwinIrNetwork), scale)
    {
        c.Validated();
        (_window, _depth) = (c.Window, new StochasticDepth(seed, c.DropPath, c.Depths.Sum()));
        conv_first = nn.Conv2d(3, c.Channels, 3, padding: 1);
        patch_embed = new SwinPatchNorm(c.Channels);
        layers = new ModuleList<SwinGroup>(c.Depths.Select(blocks => new SwinGroup(c, blocks, _depth)).ToArray());
        norm = nn.LayerNorm(c.Channels);
        conv_after_body = nn.Conv2d(c.Channels, c.Channels, 3, padding: 1);
        upsample = nn.Sequential(nn.Conv2d(c.Channels, 3 * scale * scale, 3, padding: 1), nn.PixelShuffle(scale));
        mean = tensor(new[] { 0.4488f, 0.4371f, 0.4040f }).view(1, 3, 1, 1);
        RegisterComponents();
        this.StartLinearLayersSmall();
    }

    public override bool IsUpsampler(string tensor) => tensor.StartsWith("upsample.", StringComparison.Ordinal);

    public override bool IsDerived(string tensor) =>
        tensor.EndsWith(".attn_mask", StringComparison.Ordinal) || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal);

    public override void BeginIteration(long iteration) => _depth.Begin(iteration);

    protected override Tensor Pad(Tensor images) => MirrorPadding.ToMultiple(images, _window);

    protected override Tensor Enlarge(Tensor images)
    {
        var windows = ShiftedWindows.Of(images, _window);
        var shallow = conv_first.forward(images - mean);                                    // (N, C, H, W)
        var tokens = patch_embed.forward(shallow.permute(0, 2, 3, 1));                      // (N, H, W, C)
        foreach (var group in layers)
            tokens = group.forward(tokens, windows);
        var deep = conv_after_body.forward(norm.forward(tokens).permute(0, 3, 1, 2));
        return upsample.forward(deep + shallow) + mean;
    }
}
