using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>The ways in which SwinIR, and networks derived from it, make a picture of features; all name its layers alike.</summary>
internal abstract class Reconstruction
{
    private const string Before = "conv_before_upsample.0";
    private const string Last = "conv_last";

    public abstract int Scale { get; }

    /// <summary>The name of this way in the authors' code.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the result is added to the picture, instead of to the mean of the training pictures.</summary>
    public virtual bool IsResidual => false;

    /// <summary>Bytes per input pixel, as measured.</summary>
    public abstract long BytesPerPixel { get; }

    public abstract void AddShapes(LayerShapes shapes, int channels);

    /// <summary>(N, C, H, W) → (N, 3, sH, sW).</summary>
    public abstract Value Build(GraphBuilder graph, WeightSet weights, Value x);

    /// <summary>Pixels that the layer with a tensor processes for each one of the input.</summary>
    public virtual double Share(string tensor) => 1;

    /// <summary>The way of a checkpoint; <see langword="null"/> if it has none of them.</summary>
    /// <exception cref="WeightsFormatException">Its scale is not a whole number from 1 to 8, or the result not RGB.</exception>
    public static Reconstruction? Of(Checkpoint checkpoint, string architecture)
    {
        if (checkpoint.Has($"{Last}.weight"))
            checkpoint.ExpectRgb($"{Last}.weight");
        if (!checkpoint.Has($"{Before}.weight"))
        {
            return checkpoint.Has("upsample.0.weight") ? new Direct(checkpoint.PixelShuffleScale("upsample.0.weight"))
                : checkpoint.Has($"{Last}.weight") ? new Plain()
                : null;
        }

        var features = checkpoint.Extent($"{Before}.weight", 0);
        if (checkpoint.Has("conv_up1.weight"))
            return new Nearest(features, [.. Enumerable.Repeat(2, checkpoint.Count("conv_up{0}.weight", 1))], architecture);
        var steps = new List<int>();
        while (checkpoint.Has($"upsample.{2 * steps.Count}.weight"))
        {
            var tensor = $"upsample.{2 * steps.Count}.weight";
            steps.Add(Checkpoint.Root(checkpoint.Extent(tensor, 0), features)
                ?? throw new WeightsFormatException($"Tensor '{tensor}' gives {checkpoint.Extent(tensor, 0)} channels; expected {features} times a square, for a pixel shuffle."));
        }

        return new Shuffled(features, [.. steps], architecture);
    }

    private static int Product(int[] steps, string architecture) =>
        Checkpoint.Scale(architecture, (int)Math.Min(steps.Aggregate(1L, (product, step) => Math.Min(product * step, int.MaxValue)), int.MaxValue), 1);

    /// <summary>One convolution and one pixel shuffle.</summary>
    private sealed class Direct(int scale) : Reconstruction
    {
        public override int Scale => scale;

        public override string Name => "pixelshuffledirect";

        public override long BytesPerPixel => 0;

        public override void AddShapes(LayerShapes shapes, int channels) => shapes.Convolution("upsample.0", channels, 3L * scale * scale, 3);

        public override Value Build(GraphBuilder graph, WeightSet weights, Value x) =>
            graph.PixelShuffle(weights.Convolution(graph, "upsample.0", x), scale);
    }

    /// <summary>One convolution: for pictures of the same size.</summary>
    private sealed class Plain : Reconstruction
    {
        public override int Scale => 1;

        public override string Name => "none";

        public override bool IsResidual => true;

        public override long BytesPerPixel => 0;

        public override void AddShapes(LayerShapes shapes, int channels) => shapes.Convolution(Last, channels, 3, 3);

        public override Value Build(GraphBuilder graph, WeightSet weights, Value x) => weights.Convolution(graph, Last, x);
    }

    /// <summary>What the two ways share that enlarge in several steps.</summary>
    private abstract class Stepwise(int features, int[] steps, string architecture) : Reconstruction
    {
        private const float Slope = 0.01f; // PyTorch's default
        private readonly int _scale = Product(steps, architecture);

        protected int Features => features;

        protected IReadOnlyList<int> Steps => steps;

        public override int Scale => _scale;

        public override long BytesPerPixel => 16L * features * Scale * Scale;

        public override void AddShapes(LayerShapes shapes, int channels)
        {
            shapes.Convolution(Before, channels, features, 3);
            shapes.Convolution(Last, features, 3, 3);
        }

        public override Value Build(GraphBuilder graph, WeightSet weights, Value x) =>
            weights.Convolution(graph, Last, Enlarge(graph, weights, graph.LeakyRelu(weights.Convolution(graph, Before, x), Slope)));

        public override double Share(string tensor) => tensor.StartsWith(Last, StringComparison.Ordinal) ? Scale * Scale : 1;

        protected abstract Value Enlarge(GraphBuilder graph, WeightSet weights, Value x);

        /// <summary>Pixels after some steps for each one of the input.</summary>
        protected double After(int count) => Math.Pow(Steps.Take(count).Aggregate(1, (product, step) => product * step), 2);
    }

    /// <summary>A convolution and a pixel shuffle for each factor.</summary>
    private sealed class Shuffled(int features, int[] steps, string architecture) : Stepwise(features, steps, architecture)
    {
        public override string Name => "pixelshuffle";

        public override void AddShapes(LayerShapes shapes, int channels)
        {
            base.AddShapes(shapes, channels);
            for (var step = 0; step < Steps.Count; step++)
                shapes.Convolution($"upsample.{2 * step}", Features, (long)Features * Steps[step] * Steps[step], 3);
        }

        public override double Share(string tensor) =>
            tensor.StartsWith("upsample.", StringComparison.Ordinal) ? After(int.Parse(tensor.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture) / 2) : base.Share(tensor);

        protected override Value Enlarge(GraphBuilder graph, WeightSet weights, Value x)
        {
            for (var step = 0; step < Steps.Count; step++)
                x = graph.PixelShuffle(weights.Convolution(graph, $"upsample.{2 * step}", x), Steps[step]);
            return x;
        }
    }

    /// <summary>Nearest neighbour by 2 and a convolution, as often as needed, which leaves fewer artefacts in photographs.</summary>
    private sealed class Nearest(int features, int[] steps, string architecture) : Stepwise(features, steps, architecture)
    {
        private const float Slope = 0.2f;

        public override string Name => "nearest+conv";

        public override void AddShapes(LayerShapes shapes, int channels)
        {
            base.AddShapes(shapes, channels);
            for (var step = 1; step <= Steps.Count; step++)
                shapes.Convolution($"conv_up{step}", Features, Features, 3);
            shapes.Convolution("conv_hr", Features, Features, 3);
        }

        public override double Share(string tensor) =>
            tensor.StartsWith("conv_hr", StringComparison.Ordinal) ? Scale * Scale
            : tensor.StartsWith("conv_up", StringComparison.Ordinal) ? After(tensor["conv_up".Length] - '0')
            : base.Share(tensor);

        protected override Value Enlarge(GraphBuilder graph, WeightSet weights, Value x)
        {
            for (var step = 1; step <= Steps.Count; step++)
                x = graph.LeakyRelu(weights.Convolution(graph, $"conv_up{step}", graph.Nearest(x, 2)), Slope);
            return graph.LeakyRelu(weights.Convolution(graph, "conv_hr", x), Slope);
        }
    }
}
