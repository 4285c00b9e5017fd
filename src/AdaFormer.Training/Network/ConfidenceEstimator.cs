using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>
/// How sure the network is of each token after a block, before the sigmoid: <c>conv2(tanh(conv1(T)))</c> (Eq. 15).
/// </summary>
internal sealed class ConfidenceEstimator : nn.Module<Tensor, Tensor>
{
    // At 0 every confidence starts at 0.5 and two blocks halt every token; at −3 nothing halts for long. sigmoid(−1.6) ≈ 0.17 is
    // about 1/(mean error in grey levels), the best constant.
    private const double InitialLogit = -1.6;

    // Tokens have a spread of 2 to 3; with this it is near 1 before the tanh, which else saturates and learns nothing.
    private const double ExpectedTokenSpread = 2.5;

    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly bool _normalized;

    public ConfidenceEstimator(int embed, bool normalizedInput) : base(nameof(ConfidenceEstimator))
    {
        _normalized = normalizedInput;
        var spread = normalizedInput ? 1 : ExpectedTokenSpread;
        conv1 = nn.Conv2d(embed, embed / 2, 3, padding: 1);
        conv2 = nn.Conv2d(embed / 2, 1, 3, padding: 1);
        RegisterComponents();
        using var _ = no_grad();
        nn.init.normal_(conv1.weight!, 0, 1 / (spread * Math.Sqrt(9 * embed)));
        nn.init.zeros_(conv1.bias!);
        nn.init.normal_(conv2.weight!, 0, 0.01);
        nn.init.constant_(conv2.bias!, InitialLogit);
    }

    /// <param name="map">Tokens in image layout, (N, D, H, W).</param>
    /// <returns>Logits of the confidences, (N, 1, H, W).</returns>
    public override Tensor forward(Tensor map)
    {
        if (_normalized)
            map = nn.functional.layer_norm(map.permute(0, 2, 3, 1), [map.shape[1]]).permute(0, 3, 1, 2);
        return conv2.forward(conv1.forward(map).tanh_());
    }
}
