using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// AdaFormer (Luo et al., AAAI 2024) as an ONNX graph, including the halting. Equation numbers are the paper's.
/// Inputs: <c>image</c> (N, 3, H, W) in [0, 1] and optionally, unless the size is fixed, <c>halting_threshold</c>.
/// Outputs: <c>upscaled</c> (N, 3, sH, sW) and <c>halting_depth</c> (N, 1, H, W).
/// </summary>
internal sealed class AdaFormerGraph(AdaFormerConfiguration configuration, WeightSet weights, IResidualBlocks residuals)
{

    public GraphProto Build(float defaultThreshold, (int Width, int Height)? fixedSize, DataType real)
    {
        var graph = new GraphBuilder("adaformer", real);
        var single = graph.Single;
        object[] input = fixedSize is { } size ? [1, 3, size.Height, size.Width] : ["N", 3, "H", "W"];
        object[] output = fixedSize is { } known
            ? [1, 3, (long)known.Height * configuration.Scale, (long)known.Width * configuration.Scale]
            : ["N", 3, "sH", "sW"];
        var image = graph.Input("image", DataType.Float, input);
        // Runtimes for models of a fixed size, such as ML.NET's ApplyOnnxModel, cannot pass a threshold; there it is a constant, and not an input that ONNX Runtime warns about.
        if (fixedSize is null)
            graph.Input("halting_threshold", DataType.Float);
        var threshold = single.Weight("halting_threshold", [], [defaultThreshold]);
        var (height, width) = (graph.Size(image, 2), graph.Size(image, 3));

        var padded = Padding.ToMultiple(graph, Padding.ToMultiple(graph, image, 2, height, configuration.SizeMultiple), 3, width, configuration.SizeMultiple);
        var mean = single.Weight("mean", [1, 3, 1, 1], TrainingMean.Rgb);
        var head = weights.Convolution(graph, "head", graph.FromSingle(graph.Sub(padded, mean)));
        var features = residuals.Build(graph, "encoder", head, configuration.EncoderBlocks); // Eq. 1

        var grid = new WindowGrid(graph, padded, configuration.Window, configuration.TokenStride);
        var embedding = new TokenEmbedding(configuration, weights, grid);
        var (tokens, depth) = new TransformerBody(configuration, weights, grid).Build(graph, embedding.Embed(graph, features), threshold); // Eq. 2
        features = residuals.Build(graph, "decoder", embedding.AddTo(graph, features, tokens), configuration.DecoderBlocks); // Eq. 3

        var upscaled = Picture(graph, weights.Convolution(graph, "upsampler", graph.Add(features, head)), padded, mean); // Eq. 4

        var scale = graph.Integers(configuration.Scale);
        upscaled = graph.Slice(upscaled, graph.Shape(graph.Mul(height, scale), graph.Mul(width, scale)), 2, 3);
        depth = grid.ToImage(graph, depth, 1);
        if (configuration.TokenStride > 1)
            depth = single.Nearest(depth, configuration.TokenStride);
        depth = graph.Slice(depth, graph.Shape(height, width), 2, 3);
        graph.Output(graph.Rename(upscaled, "upscaled"), DataType.Float, output);
        graph.Output(graph.Rename(depth, "halting_depth"), DataType.Float, input[0], 1, input[2], input[3]);
        return graph.Graph;
    }

    /// <summary>Shuffles the residual (N, 3s², H, W) and adds it to the image skip: (N, 3, sH, sW) in FP32.</summary>
    private Value Picture(GraphBuilder graph, Value residual, Value padded, Value mean)
    {
        var (single, scale) = (graph.Single, configuration.Scale);
        var bilinear = configuration.ImageSkip == ImageSkip.Bilinear;
        // With one-pixel tokens the graph stays as published: those files are pinned by hash.
        if (bilinear && configuration.TokenStride > 1)
            return single.PixelShuffle(single.Add(graph.ToSingle(residual), BilinearConvolution.Of(single, padded, scale)), scale);
        var shuffled = graph.ToSingle(graph.PixelShuffle(residual, scale));
        return graph.Add(shuffled, bilinear ? single.Bilinear(padded, scale) : mean);
    }
}
