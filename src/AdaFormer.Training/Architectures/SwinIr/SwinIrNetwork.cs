using AdaFormer.Export.Architectures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.SwinIr;

/// <summary>
/// SwinIR in its lightweight form: Liang et al., "SwinIR: Image Restoration Using Swin Transformer", ICCV Workshops 2021. Groups of Swin
/// Transformer blocks between two convolutions, then one more convolution and a pixel shuffle give the picture.
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
    /// <param name="seed">Determines, with the iteration, which blocks are dropped.</param>
    public SwinIrNetwork(SwinIrConfiguration c, int scale, long seed) : base(nameof(SwinIrNetwork), scale)
    {
        c.Validate();
        (_window, _depth) = (c.Window, new StochasticDepth(seed, c.DropPath, c.Depths.Sum()));
        conv_first = nn.Conv2d(3, c.Channels, 3, padding: 1);
        patch_embed = new SwinPatchNorm(c.Channels);
        layers = new ModuleList<SwinGroup>(c.Depths.Select(blocks => new SwinGroup(c, blocks, _depth)).ToArray());
        norm = nn.LayerNorm(c.Channels);
        conv_after_body = nn.Conv2d(c.Channels, c.Channels, 3, padding: 1);
        upsample = nn.Sequential(nn.Conv2d(c.Channels, 3 * scale * scale, 3, padding: 1), nn.PixelShuffle(scale));
        mean = tensor(TrainingMean.Rgb).view(1, 3, 1, 1);
        RegisterComponents();
        this.StartLinearLayersSmall();
    }

    public override bool IsUpsampler(string tensor) => tensor.StartsWith("upsample.", StringComparison.Ordinal);

    public override bool IsDerived(string tensor) =>
        tensor.EndsWith(".attn_mask", StringComparison.Ordinal) || tensor.EndsWith(".relative_position_index", StringComparison.Ordinal);

    public override void BeginIteration(long iteration) => _depth.Begin(iteration);

    protected override Tensor Pad(Tensor images) => FeatureMaps.PadToMultiple(images, _window);

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

/// <summary>The norm that converts pixels to tokens; its name in checkpoints is two levels deep.</summary>
internal sealed class SwinPatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm;

    public SwinPatchNorm(int channels) : base(nameof(SwinPatchNorm))
    {
        norm = nn.LayerNorm(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => norm.forward(tokens);
}

/// <summary>A residual Swin Transformer group (RSTB): blocks, a convolution, and a skip around them.</summary>
internal sealed class SwinGroup : nn.Module<Tensor, ShiftedWindows, Tensor>
{
    private readonly SwinBlocks residual_group;
    private readonly Conv2d conv;

    public SwinGroup(SwinIrConfiguration c, int blocks, StochasticDepth depth) : base(nameof(SwinGroup))
    {
        residual_group = new SwinBlocks(c, blocks, depth);
        conv = nn.Conv2d(c.Channels, c.Channels, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>(N, H, W, C), the same shape.</summary>
    public override Tensor forward(Tensor tokens, ShiftedWindows windows)
    {
        var inner = residual_group.forward(tokens, windows);
        return tokens + conv.forward(inner.permute(0, 3, 1, 2)).permute(0, 2, 3, 1);
    }

    private sealed class SwinBlocks : nn.Module<Tensor, ShiftedWindows, Tensor>
    {
        private readonly ModuleList<SwinBlock> blocks;

        public SwinBlocks(SwinIrConfiguration c, int count, StochasticDepth depth) : base(nameof(SwinBlocks))
        {
            blocks = new ModuleList<SwinBlock>(Enumerable.Range(0, count).Select(index => new SwinBlock(c, index % 2 == 1, depth)).ToArray());
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens, ShiftedWindows windows) =>
            blocks.Aggregate(tokens, (x, block) => block.forward(x, windows));
    }
}
