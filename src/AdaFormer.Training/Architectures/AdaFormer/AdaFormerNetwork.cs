using AdaFormer.Export;
using AdaFormer.Export.Architectures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>
/// AdaFormer as a TorchSharp module: Luo et al., "AdaFormer: Efficient Transformer with Adaptive Token Sparsification for Image
/// Super-Resolution", AAAI 2024. Parameters are named as in the weights file.
/// </summary>
public sealed class AdaFormerNetwork : nn.Module<Tensor, double, NetworkOutput>
{
    /// <summary>Prefix of the confidence estimator's parameter names.</summary>
    internal const string EstimatorPrefix = "body.confidence.";

    private readonly Conv2d head;
    private readonly ModuleList<ResidualBlock> encoder;
    private readonly TransformerBody body;
    private readonly ModuleList<ResidualBlock> decoder;
    private readonly Conv2d upsampler;
    private readonly Tensor mean;

    /// <summary>Creates a network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not form a valid network; the message names the wrong one.</exception>
    public AdaFormerNetwork(AdaFormerConfiguration configuration) : this(configuration, c => new ConfidencePolicy(c))
    {
    }

    /// <summary>Creates a network that halts by another policy, or whose blocks lack the global branch: for research.</summary>
    internal AdaFormerNetwork(AdaFormerConfiguration configuration, Func<AdaFormerConfiguration, IHaltingPolicy> policy, bool globalBranch = true)
        : base(nameof(AdaFormerNetwork))
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var c = Configuration = configuration.Validated();
        HasGlobalBranch = globalBranch;
        head = nn.Conv2d(3, c.Channels, 3, padding: 1);
        encoder = ResidualBlocks(c.EncoderBlocks, c.Channels);
        body = new TransformerBody(c, policy, globalBranch);
        decoder = ResidualBlocks(c.DecoderBlocks, c.Channels);
        upsampler = nn.Conv2d(c.Channels, 3 * c.Scale * c.Scale, 3, padding: 1);
        mean = tensor(TrainingMean.Rgb).view(1, 3, 1, 1);
        RegisterComponents();

        // So that the picture starts close to its skip: a random upsampler's noise would have to be unlearned first.
        using var _ = no_grad();
        upsampler.weight!.mul_(0.1);
        upsampler.bias!.zero_();
    }

    /// <summary>The sizes of the network.</summary>
    public AdaFormerConfiguration Configuration { get; }

    /// <summary>The device of its tensors, where its pictures must be too.</summary>
    internal torch.Device Device => mean.device;

    /// <summary>The policy that halts its tokens.</summary>
    internal IHaltingPolicy Policy => body.Policy;

    /// <summary>Whether its blocks have prototypes that see the whole picture.</summary>
    internal bool HasGlobalBranch { get; }

    /// <summary>Whether a parameter is the kernel of a residual block's convolution.</summary>
    internal static bool IsResidualKernel(string parameter) =>
        (parameter.StartsWith($"{nameof(encoder)}.", StringComparison.Ordinal) || parameter.StartsWith($"{nameof(decoder)}.", StringComparison.Ordinal))
        && parameter.EndsWith(".weight", StringComparison.Ordinal);

    /// <summary>The training forward pass: every token is computed, halted ones are masked, and the confidences have gradients.</summary>
    /// <param name="images">RGB in 0..1, (N, 3, H, W), every H, W ≥ 1.</param>
    /// <param name="haltingThreshold">A token is halted once its halting score reaches this; infinity halts nothing.</param>
    public override NetworkOutput forward(Tensor images, double haltingThreshold)
    {
        var (padded, f0, features) = Encode(images);
        var refined = body.forward(features, haltingThreshold);
        var estimates = FeatureMaps.CropToTokens(refined.Estimates!, images, Configuration.TokenStride);
        return new NetworkOutput(Decode(images, padded, f0, refined.Features), OfPixels(refined.Depth, images), estimates)
        {
            Exits = refined.Exits?.Select(features => Decode(images, padded, f0, features)).ToArray(),
        };
    }

    /// <summary>The inference forward pass: kept windows and tokens are compacted, halted ones cost nothing. No gradients.</summary>
    /// <param name="images">RGB in 0..1, (N, 3, H, W), every H, W ≥ 1.</param>
    /// <param name="haltingThreshold">A token is halted once its halting score reaches this; infinity halts nothing.</param>
    public NetworkOutput Upscale(Tensor images, double haltingThreshold) => Upscale(images, haltingThreshold, null);

    /// <summary>The inference forward pass with a halting policy derived from the network's own, as a control.</summary>
    internal NetworkOutput Upscale(Tensor images, double haltingThreshold, Func<IHaltingPolicy, IHaltingPolicy>? control)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (padded, f0, features) = Encode(images);
        var refined = body.ForwardGathered(features, haltingThreshold, control);
        var output = new NetworkOutput(Decode(images, padded, f0, refined.Features), OfPixels(refined.Depth, images), null)
        {
            Kept = refined.Kept,
        };
        output.Upscaled.MoveToOuterDisposeScope();
        output.HaltingDepth.MoveToOuterDisposeScope();
        return output;
    }

    private (Tensor Padded, Tensor F0, Tensor Features) Encode(Tensor images)
    {
        var padded = FeatureMaps.PadToMultiple(images, Configuration.SizeMultiple);    // (N, 3, H', W')
        var f0 = head.forward(padded - mean);                                     // (N, C, H', W')
        return (padded, f0, encoder.Aggregate(f0, (features, block) => block.forward(features)));    // Eq. 1
    }

    private Tensor Decode(Tensor images, Tensor padded, Tensor f0, Tensor refined)
    {
        var scale = Configuration.Scale;
        var features = decoder.Aggregate(refined, (f, block) => block.forward(f)) + f0;              // Eq. 3
        var detail = nn.functional.pixel_shuffle(upsampler.forward(features), scale);                // Eq. 4, (N, 3, sH', sW')
        var skip = Configuration.ImageSkip == ImageSkip.Bilinear ? FeatureMaps.Bilinear(padded, scale) : mean;
        return FeatureMaps.CropTo(detail + skip, images, scale);
    }

    /// <summary>Expands a map of tokens to their pixels.</summary>
    private Tensor OfPixels(Tensor map, Tensor images)
    {
        var stride = Configuration.TokenStride;
        return FeatureMaps.CropTo(stride == 1 ? map : map.repeat_interleave(stride, 2).repeat_interleave(stride, 3), images, 1);
    }

    private static ModuleList<ResidualBlock> ResidualBlocks(int count, int channels) =>
        new(Enumerable.Range(0, count).Select(_ => new ResidualBlock(channels)).ToArray());
}

/// <summary>The network's output.</summary>
/// <param name="Upscaled">The pictures, (N, 3, sH, sW), around 0..1 but not clamped.</param>
/// <param name="HaltingDepth">Number of blocks in which each pixel's token was live, 0..L, (N, 1, H, W).</param>
/// <param name="Confidences">
/// The tokens' confidence after each block, (N, L, ⌈H/t⌉, ⌈W/t⌉) for tokens of t×t pixels; the last block's, too, which only training uses.
/// Null at inference.
/// </param>
public sealed record NetworkOutput(Tensor Upscaled, Tensor HaltingDepth, Tensor? Confidences)
{
    /// <summary>In training, if the policy learns from them: the picture as it would be after each block.</summary>
    internal IReadOnlyList<Tensor>? Exits { get; init; }

    /// <summary>At inference: the shares that each executed block kept.</summary>
    internal IReadOnlyList<KeptShare>? Kept { get; init; }
}

/// <summary>The residual block of encoder and decoder: <c>f + conv2(ReLU(conv1(f)))</c>, 3×3 with zero padding (Eq. 1, 3).</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;

    public ResidualBlock(int channels) : base(nameof(ResidualBlock))
    {
        conv1 = nn.Conv2d(channels, channels, 3, padding: 1);
        conv2 = nn.Conv2d(channels, channels, 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features) => features + conv2.forward(conv1.forward(features).relu_());
}
