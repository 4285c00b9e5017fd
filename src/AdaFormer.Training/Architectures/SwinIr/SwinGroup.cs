using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

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
