using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>
/// A network without halting as a TorchSharp module: padded, run, cropped. Parameters are named as in the authors' published checkpoints,
/// so that both are exported to ONNX the same way.
/// </summary>
internal abstract class FeedForwardNetwork(string name, int scale) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>How many times larger the output is.</summary>
    public int Scale => scale;

    /// <summary>Tensors that training changes besides the parameters, by their names in a checkpoint.</summary>
    public virtual IEnumerable<(string Name, Tensor Tensor)> Buffers => [];

    /// <summary>Whether a tensor depends on the scale.</summary>
    public abstract bool IsUpsampler(string tensor);

    /// <summary>Whether a tensor of published checkpoints follows from the sizes, so that the network computes it itself.</summary>
    public virtual bool IsDerived(string tensor) => false;

    /// <summary>Prepares the random choices of a training iteration.</summary>
    public virtual void BeginIteration(long iteration)
    {
    }

    /// <param name="images">RGB in 0..1, (N, 3, H, W), every H, W ≥ 1.</param>
    /// <returns>(N, 3, sH, sW), around 0..1 but not clamped.</returns>
    public sealed override Tensor forward(Tensor images) => FeatureMaps.CropTo(Enlarge(Pad(images)), images, scale);

    /// <summary>The forward pass of a trained network, without gradients.</summary>
    public Tensor Upscale(Tensor images)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var before = training;
        train(false);
        try
        {
            return forward(images).MoveToOuterDisposeScope();
        }
        finally
        {
            train(before);
        }
    }

    /// <summary>Pads images to a size that the network supports.</summary>
    protected abstract Tensor Pad(Tensor images);

    /// <summary>The network on padded images: (N, 3, H', W') → (N, 3, sH', sW').</summary>
    protected abstract Tensor Enlarge(Tensor images);
}
