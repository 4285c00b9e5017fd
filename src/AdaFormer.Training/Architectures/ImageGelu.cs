using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>
/// The exact GELU where a gradient may lie in memory in another order than the values, as it does between convolutions and layers on
/// tokens: libtorch 1.13 reads such a gradient wrongly if the values lie in order. Turned, they do not.
/// </summary>
internal sealed class ImageGelu() : nn.Module<Tensor, Tensor>(nameof(ImageGelu))
{
    public static Tensor Of(Tensor x) => nn.functional.gelu(x.transpose(-1, -2)).transpose(-1, -2);

    public override Tensor forward(Tensor x) => Of(x);
}
