using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures.Catanet;

/// <summary>
/// Tokens of an image sorted by their nearest centre and cut into groups of equal size; a group attends to itself and to the next. After the last
/// token the order continues backwards from it, to fill the last group and the one after it.
/// </summary>
internal sealed class TokenGroups
{
    private readonly GraphBuilder _graph;
    private readonly Value _images;
    private readonly Value _tokens;
    private readonly Value _order;
    private readonly Value _side;
    private readonly Value _count;

    /// <param name="graph">The graph.</param>
    /// <param name="centers">The index of the nearest centre of every token (N·T).</param>
    /// <param name="images">N, as a vector of one integer.</param>
    /// <param name="size">Tokens in a group; fewer if the image has fewer.</param>
    public TokenGroups(GraphBuilder graph, Value centers, Value images, int size)
    {
        _graph = graph;
        _images = images;
        var perImage = graph.Reshape(centers, graph.Shape(images, graph.Integers(-1))); // (N, T)
        _tokens = graph.Size(perImage, 1);
        _side = graph.Node("Min", [_tokens, graph.Integers(size)]);
        _count = graph.Div(graph.Add(_tokens, graph.Sub(_side, graph.Integers(1))), _side);

        // Tokens of the same centre keep their order: keys are unique.
        var keys = graph.Add(graph.Mul(perImage, _tokens), graph.Range(_tokens));
        var sorted = graph.Nodes("TopK", 2, [keys, _tokens], Attributes.Int("axis", 1), Attributes.Int("largest", 0))[1];
        _order = graph.Add(sorted, graph.Reshape(graph.Mul(graph.Range(images), _tokens), -1, 1)); // (N, T), row indices
    }

    /// <summary>Rows of all images (N·T, C) → sorted, with padding for the last groups (N, G·(S + 1), C) for S groups of G.</summary>
    public Value Sorted(Value rows)
    {
        var twice = _graph.Mul(_tokens, _graph.Integers(2));
        var position = _graph.Node("Mod", [_graph.Range(_graph.Mul(_graph.Add(_count, _graph.Integers(1)), _side)), twice]);
        var source = _graph.Node("Min", [position, _graph.Sub(_graph.Sub(twice, _graph.Integers(1)), position)]);
        return _graph.Gather(rows, _graph.Gather(_order, source, 1));
    }

    /// <summary>The first S groups (N, G·S, C) of sorted tokens (N, G·(S + 1), C).</summary>
    public Value First(Value sorted) => _graph.Slice(sorted, _graph.Mul(_count, _side), 1);

    /// <summary>Tokens (N, G·S, C) as groups (N·S, G, C).</summary>
    public Value Groups(Value tokens, int channels) => _graph.Reshape(tokens, _graph.Shape(_graph.Integers(-1), _side, _graph.Integers(channels)));

    /// <summary>Tokens (N, G·(S + 1), C) as groups, each with the next one (N·S, 2G, C).</summary>
    public Value GroupsWithNext(Value tokens, int channels)
    {
        var groups = _graph.Reshape(tokens, _graph.Shape(_images, _graph.Integers(-1), _side, _graph.Integers(channels)));
        var pairs = _graph.Concat(2, _graph.Slice(groups, _count, 1), _graph.From(groups, 1, 1));
        return _graph.Reshape(pairs, _graph.Shape(_graph.Integers(-1), _graph.Mul(_side, _graph.Integers(2)), _graph.Integers(channels)));
    }

    /// <summary>Sorted tokens (N, G·S, C) without the last group's padding, as rows (N·T, C) in the order of the image.</summary>
    public Value Unsorted(Value sorted, int channels)
    {
        var rows = _graph.Reshape(_graph.Slice(sorted, _tokens, 1), -1, channels);
        return _graph.ScatterRows(rows, _order, rows);
    }
}
