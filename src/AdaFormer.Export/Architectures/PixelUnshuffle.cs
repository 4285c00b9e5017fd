using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>A picture taken apart into f² smaller ones, which the first convolution sees as channels: how Real-ESRGAN and others have scales of 1 and 2.</summary>
internal static class PixelUnshuffle
{
    /// <summary>A first convolution on the unshuffled picture: (N, 3, H, W) → (N, C, H/f, W/f).</summary>
    public static Value Convolution(GraphBuilder graph, WeightSet weights, string name, Value image, int factor)
    {
        if (factor == 1)
            return weights.Convolution(graph, name, image);
        var apart = graph.Node("SpaceToDepth", [image], Attributes.Int("blocksize", factor));
        var (weight, bias) = (weights.Tensor(name + ".weight"), weights[name + ".bias"]);
        var kernel = (int)(weight.Shape[2] * weight.Shape[3]);
        return graph.Node(
            "Conv",
            [apart, graph.OwnWeight(name + ".weight", [.. weight.Shape], Reordered(weight.Values, kernel, factor * factor)), graph.OwnWeight(name + ".bias", [bias.Length], bias)],
            Attributes.Ints("pads", 1, 1, 1, 1));
    }

    /// <summary>PyTorch keeps the f² channels of a colour together, ONNX the 3 colours of a place.</summary>
    private static float[] Reordered(float[] weight, int kernel, int places)
    {
        var reordered = new float[weight.Length];
        var inputs = 3 * places;
        for (var plane = 0; plane < weight.Length / kernel; plane++)
        {
            var (output, input) = (plane / inputs, plane % inputs);
            var target = (input % places * 3) + (input / places);
            Array.Copy(weight, plane * kernel, reordered, ((output * inputs) + target) * kernel, kernel);
        }

        return reordered;
    }
}
