using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Asid;

/// <summary>
/// Three stages of a convolutional block and of local and global self-attention, each of which sets a quarter of the channels aside for the
/// end (information distillation); then channel attention.
/// </summary>
internal sealed class AsidLayers : nn.Module<Tensor, IReadOnlyList<Tensor>?, (Tensor Image, IReadOnlyList<Tensor> Attention)>
{
    private readonly LocalBlock LB1;
    private readonly SharedAttentionLayer SLA1;
    private readonly SharedAttentionLayer SGA1;
    private readonly Conv2d pw1;
    private readonly LocalBlock LB2;
    private readonly SharedAttentionLayer SLA2;
    private readonly SharedAttentionLayer SGA2;
    private readonly Conv2d pw2;
    private readonly LocalBlock LB3;
    private readonly SharedAttentionLayer SLA3;
    private readonly SharedAttentionLayer SGA3;
    private readonly Conv2d pw3;
    private readonly ChannelLayers BlockC;
    private readonly long _quarter;

    public AsidLayers(int channels, bool first) : base(nameof(AsidLayers))
    {
        var quarter = channels / 4;
        (LB1, SLA1, SGA1) = Stage(channels);
        pw1 = nn.Conv2d(channels, channels, 1);
        (LB2, SLA2, SGA2) = Stage(3 * quarter);
        pw2 = nn.Conv2d(3 * quarter, 3 * quarter, 1);
        (LB3, SLA3, SGA3) = Stage(2 * quarter);
        pw3 = nn.Conv2d(channels, channels, 1);
        BlockC = new ChannelLayers(channels);
        _quarter = quarter;
        RegisterComponents();

        (LocalBlock, SharedAttentionLayer, SharedAttentionLayer) Stage(int width) => (
            new LocalBlock(width), new SharedAttentionLayer(width - quarter, Reach.Local, first), new SharedAttentionLayer(width - quarter, Reach.Global, first));
    }

    /// <param name="image">(N, C, H, W).</param>
    /// <param name="given">The first block's attention weights, in the order of the layers; null for the first block.</param>
    public override (Tensor Image, IReadOnlyList<Tensor> Attention) forward(Tensor image, IReadOnlyList<Tensor>? given)
    {
        var attention = new List<Tensor>();
        var (aside1, x) = Stage(image, LB1, SLA1, SGA1);
        (var kept1, x) = Split(pw1.forward(cat([x, aside1], 1)));
        (var aside2, x) = Stage(x, LB2, SLA2, SGA2);
        (var kept2, x) = Split(pw2.forward(cat([x, aside2], 1)));
        (var aside3, x) = Stage(x, LB3, SLA3, SGA3);
        return (BlockC.forward(pw3.forward(cat([kept1, kept2, x, aside3], 1))), attention);

        (Tensor Aside, Tensor Others) Stage(Tensor features, LocalBlock local, params SharedAttentionLayer[] layers)
        {
            var (aside, others) = Split(local.forward(features));
            foreach (var layer in layers)
            {
                (others, var weights) = layer.forward(others, given?[attention.Count]);
                attention.Add(weights);
            }

            return (aside, others);
        }
    }

    private (Tensor Aside, Tensor Others) Split(Tensor features) =>
        (features.narrow(1, 0, _quarter), features.narrow(1, _quarter, features.shape[1] - _quarter));
}
