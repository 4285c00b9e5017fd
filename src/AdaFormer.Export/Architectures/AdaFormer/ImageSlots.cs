using AdaFormer.Export.Onnx;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>
/// Arranges kept tokens by image: every image gets as many slots as the image with the most kept tokens, and unfilled slots are masked.
/// With one image the slots are the kept tokens.
/// </summary>
internal sealed class ImageSlots
{
    // Added to an attention score it gives a weight of exactly 0, and unlike −∞ it gives no NaN in an image without kept tokens.
    private const float Masked = -1e9f;

    /// <param name="graph">The graph to add nodes to.</param>
    /// <param name="kept">Positions of the kept tokens among all tokens: (kept).</param>
    /// <param name="mask">Whether a token is kept: bool (tokens).</param>
    /// <param name="images">Number of images: (1).</param>
    public ImageSlots(GraphBuilder graph, Value kept, Value mask, Value images)
    {
        var perImage = graph.Cast(graph.Reshape(mask, graph.Shape(images, graph.Integers(-1))), DataType.Int64);
        var most = graph.ReduceMax(graph.ReduceSum(perImage, 1), 0, keepAxis: true);
        var within = graph.Sub(graph.Node("CumSum", [perImage, graph.Scalar(1)]), graph.Scalar(1));
        var first = graph.Mul(graph.Node("Range", [graph.Scalar(0), graph.Reshape(images, graph.Integers()), graph.Scalar(1)]), most);
        OfTokens = graph.Reshape(graph.Add(within, graph.Reshape(first, -1, 1)), -1);
        var slots = graph.Mul(images, most);
        var ofKept = graph.Gather(OfTokens, kept);
        Tokens = Scatter(graph.Filled(slots, graph.Scalar(0)), kept);
        Mask = graph.Reshape(
            Scatter(graph.Filled(slots, graph.Single.Scalar(Masked)), graph.Filled(graph.Size(kept, 0), graph.Single.Scalar(0f))),
            graph.Shape(images, graph.Integers(1), most));

        Value Scatter(Value data, Value updates) => graph.Node("ScatterElements", [data, ofKept, updates]);
    }

    /// <summary>The token in each slot, token 0 in an empty one: (images · slots).</summary>
    public Value Tokens { get; }

    /// <summary>The slot of each kept token, an arbitrary slot for the others: (tokens).</summary>
    public Value OfTokens { get; }

    /// <summary>0 for a filled slot, a large negative number for an empty one, in FP32: (images, 1, slots).</summary>
    public Value Mask { get; }
}
