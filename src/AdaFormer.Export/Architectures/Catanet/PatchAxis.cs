using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>
/// One axis of an image, cut into patches of equal side that overlap by two pixels, the last by more, so that it ends with the image. Where patches overlap, the running
/// sum is halved with each further patch, as in the original; a pixel shared by three patches therefore gets three quarters of their mean, as in the original.
/// </summary>
internal sealed class PatchAxis
{
    private const int Overlap = 2;

    private readonly Value[] _sources;
    private readonly Value[] _weights;

    /// <param name="graph">The graph.</param>
    /// <param name="length">The length of the axis, as a vector of one integer.</param>
    /// <param name="side">Side of a patch, reduced to that of a smaller image.</param>
    public PatchAxis(GraphBuilder graph, Value length, int side)
    {
        Value one = graph.Integers(1), zero = graph.Integers(0), step = graph.Integers(side - Overlap);
        Side = graph.Node("Min", [length, graph.Integers(side)]);
        var steps = graph.Div(graph.Add(length, graph.Integers(side - (2 * Overlap) - 1)), step); // ⌈(length − 2) / step⌉
        Count = graph.Node("Max", [steps, one]);
        var begins = Begin(graph.Range(Count));
        Positions = graph.Reshape(graph.Add(graph.Reshape(begins, -1, 1), graph.Range(Side)), -1);

        // A pixel belongs to the patch that its step begins, and possibly to the one before or after.
        var pixels = graph.Range(length);
        var last = graph.Sub(Count, one);
        var own = graph.Node("Min", [graph.Div(pixels, step), last]);
        var inside = new List<Value>();
        var sources = new List<Value>();
        foreach (var offset in new[] { 0, -1, 1 })
        {
            var patch = graph.Add(own, graph.Integers(offset));
            var known = graph.Node("Max", [graph.Node("Min", [patch, last]), zero]);
            var place = graph.Sub(pixels, Begin(known));
            var reached = graph.Node("And", [graph.Less(place, Side), graph.Node("GreaterOrEqual", [place, zero])]);
            var within = graph.Node("And", [graph.Node("Equal", [patch, known]), reached]);
            inside.Add(graph.Cast(within, TensorProto.Types.DataType.Float));
            sources.Add(graph.Add(graph.Mul(known, Side), graph.Node("Max", [zero, graph.Node("Min", [place, graph.Sub(Side, one)])])));
        }

        var shared = graph.Add(inside[1], inside[2]);
        var share = graph.Node("Pow", [graph.Scalar(0.5f), shared]);
        _sources = [.. sources];
        _weights = [.. inside.Select(value => graph.Mul(value, share))];
        Share = graph.Mul(share, graph.Add(shared, graph.Scalar(1f)));

        Value Begin(Value patch) => graph.Node("Min", [graph.Mul(patch, step), graph.Sub(length, Side)]);
    }

    /// <summary>Side of the patches, as a vector of one integer.</summary>
    public Value Side { get; }

    /// <summary>Number of patches, as a vector of one integer.</summary>
    public Value Count { get; }

    /// <summary>The pixels of all patches, patch by patch.</summary>
    public Value Positions { get; }

    /// <summary>The sum of the patch weights of each pixel: 1, or ¾ where three patches overlap.</summary>
    public Value Share { get; }

    /// <summary>Joins an axis of consecutive patches to the axis of an image again.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="patches">Of any rank.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="weightShape">The shape that broadcasts a vector along that axis.</param>
    public Value Join(GraphBuilder graph, Value patches, long axis, params long[] weightShape)
    {
        var parts = _sources.Zip(_weights, (source, weight) => graph.Mul(graph.Gather(patches, source, axis), graph.Reshape(weight, weightShape))).ToArray();
        return graph.Add(graph.Add(parts[0], parts[1]), parts[2]);
    }
}
