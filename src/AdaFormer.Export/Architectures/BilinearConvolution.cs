using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// Bilinear enlargement as a convolution before a pixel shuffle, so that it is added to a network's last convolution in one pass;
/// ONNX Runtime's Resize alone takes longer than all of that.
/// </summary>
internal static class BilinearConvolution
{
    /// <summary>(N, 3, H, W) → (N, 3·s², H, W): a pixel shuffle by s turns this into the image enlarged by s, with half-pixel centres.</summary>
    public static Value Of(GraphBuilder graph, Value image, int scale)
    {
        // Beyond its borders the image continues with its edge pixels.
        var extended = graph.Node("Pad", [image, graph.Integers(1, 1, 1, 1), Value.None, graph.Integers(2, 3)], Attributes.Text("mode", "edge"));
        return graph.Node("Conv", [extended, graph.OwnWeight("bilinear_kernels", [3L * scale * scale, 3, 3, 3], Kernels(scale))]);
    }

    /// <summary>A kernel for each position within an enlarged pixel, row by row, for each colour.</summary>
    private static float[] Kernels(int scale)
    {
        var kernels = new List<float>();
        for (var output = 0; output < 3 * scale * scale; output++)
        {
            var (colour, row, column) = (output / (scale * scale), output / scale % scale, output % scale);
            for (var tap = 0; tap < 27; tap++)
                kernels.Add(tap / 9 == colour ? (float)(Weight(row, tap / 3 % 3) * Weight(column, tap % 3)) : 0);
        }

        return [.. kernels];

        // The tap before, at or after the pixel; the farther its centre from the position's, the smaller its weight.
        double Weight(int place, int tap) => Math.Max(0, 1 - Math.Abs(((place + 0.5) / scale) - 0.5 - (tap - 1)));
    }
}
