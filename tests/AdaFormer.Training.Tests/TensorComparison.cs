using static TorchSharp.torch;

namespace AdaFormer.Training.Tests;

internal static class TensorComparison
{
    public static bool SameAs(this Tensor one, Tensor other) => one.shape.SequenceEqual(other.shape) && one.eq(other).all().item<bool>();
}
