using AdaFormer.Export;
using AdaFormer.Training.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.AdaFormer;

/// <summary>AdaFormer's own policy: confidences between 0 and 1 (Eq. 15) are accumulated (Eq. 18) and trained with the uncertainty-guided loss.</summary>
internal sealed class ConfidencePolicy(AdaFormerConfiguration c) : IHaltingPolicy
{
    private readonly ConfidenceEstimator _estimator = new(c.Embed);

    public nn.Module Estimator => _estimator;

    // Detached, so that its loss trains only the estimator.
    public Tensor Estimate(int block, Tensor tokens, WindowPartition partition) =>
        partition.Split(_estimator.forward(partition.Merge(tokens.detach()))).squeeze(-1).sigmoid();

    public Tensor Accumulate(Tensor scores, Tensor estimates) => scores + estimates.detach();

    public Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration) =>
        ConfidenceLoss.Likelihood((output.Upscaled - high).abs().detach(), output.Confidences!, configuration);
}

/// <summary>
/// Estimates the network's confidence in each token after a block, before the sigmoid: <c>conv2(tanh(conv1(T)))</c> (Eq. 15).
/// </summary>
internal sealed class ConfidenceEstimator : nn.Module<Tensor, Tensor>
{
    // At 0 every confidence starts at 0.5 and two blocks halt every token; at −3 nothing halts for a long time. sigmoid(−1.6) ≈ 0.17 is
    // about 1/(mean error in grey levels), the best constant.
    private const double InitialLogit = -1.6;

    // Tokens have a spread of 2 to 3; this makes it about 1 before the tanh, which would otherwise saturate and learn nothing.
    private const double ExpectedTokenSpread = 2.5;

    private readonly Conv2d conv1;
    private readonly Conv2d conv2;

    /// <param name="embed">Width D of the tokens.</param>
    /// <param name="tokenSpread">Their standard deviation.</param>
    public ConfidenceEstimator(int embed, double tokenSpread = ExpectedTokenSpread) : base(nameof(ConfidenceEstimator))
    {
        conv1 = nn.Conv2d(embed, embed / 2, 3, padding: 1);
        conv2 = nn.Conv2d(embed / 2, 1, 3, padding: 1);
        RegisterComponents();
        using var _ = no_grad();
        nn.init.normal_(conv1.weight!, 0, 1 / (tokenSpread * Math.Sqrt(9 * embed)));
        nn.init.zeros_(conv1.bias!);
        nn.init.normal_(conv2.weight!, 0, 0.01);
        nn.init.constant_(conv2.bias!, InitialLogit);
    }

    /// <param name="map">Tokens in image layout, (N, D, H, W).</param>
    /// <returns>Logits of the confidences, (N, 1, H, W).</returns>
    public override Tensor forward(Tensor map) => conv2.forward(conv1.forward(map).tanh_());
}

/// <summary>The uncertainty-guided loss L_USL (Eq. 17).</summary>
internal static class ConfidenceLoss
{
    /// <summary>Added to a confidence before its logarithm.</summary>
    public const double Epsilon = 1e-8;

    private const double White = 255;

    /// <summary>C·eᵖ − log C: the mean over the pixels, summed over the blocks. Minimal at C = 1/eᵖ.</summary>
    /// <param name="difference">|I_hr − I_sr| in 0..1, (N, 3, sH, sW).</param>
    /// <param name="confidences">The confidences of all blocks, (N, L, ⌈H/t⌉, ⌈W/t⌉).</param>
    /// <param name="configuration">The sizes, and the power p.</param>
    public static Tensor Likelihood(Tensor difference, Tensor confidences, TrainingConfiguration configuration)
    {
        // In grey levels, because C·e − log C is minimal at C = min(1, 1/e): errors below 1 would ask for full confidence everywhere.
        var error = GreyLevels(difference);                                                            // (N, 1, sH, sW)
        if (configuration.ErrorPower != 1)
            error = error.pow(configuration.ErrorPower);
        var enlarged = FeatureMaps.Bilinear(confidences, TokenSide(configuration));
        var upsampled = FeatureMaps.CropTo(enlarged, difference, 1);                                   // (N, L, sH, sW)
        return (upsampled * error - (upsampled + Epsilon).log()).mean([0, 2, 3]).sum();                // Eq. 17
    }

    /// <summary>Side of the square of high-resolution pixels per token, s·t.</summary>
    public static int TokenSide(TrainingConfiguration configuration) => configuration.Network.Scale * configuration.Network.TokenStride;

    /// <summary>Converts pixel errors, (N, 3, H, W) in 0..1, to means over RGB in grey levels, (N, 1, H, W) in 0..255.</summary>
    public static Tensor GreyLevels(Tensor difference) => difference.mean([1], keepdim: true) * White;
}
