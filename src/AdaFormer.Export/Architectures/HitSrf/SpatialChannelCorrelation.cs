using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.HitSrf;

/// <summary>
/// Spatial and channel correlation in windows of S² tokens. Neither has a softmax, so the small matrices are multiplied first:
/// (q·v'ᵀ + bias)·v' = q·(v'ᵀ·v') + bias·v', where v' are a window's values by cell.
/// </summary>
internal sealed class SpatialChannelCorrelation(WeightSet weights, string name, HierarchicalWindows windows, int channels, int heads)
{
    private readonly int _half = channels / 2;
    private readonly int _width = channels / 2 / heads;
    private readonly int _area = windows.Side * windows.Side;
    private readonly int _cells = windows.Side / windows.Cell * (windows.Side / windows.Cell);

    /// <summary>Queries and values (N, windows · S², C), each half of the channels → (N, windows · S², C).</summary>
    public Value Build(GraphBuilder graph, Value queriesAndValues)
    {
        var split = graph.SplitEqually(graph.Reshape(queriesAndValues, -1, _area, channels), 2, axis: -1);
        var (queries, values) = (split[0], split[1]); // (B, S², C/2) each
        var cells = Cells(graph, values); // (B, M, C/2)
        var spatial = graph.Add(graph.MatMul(queries, SpatialMatrix(graph, cells)), PositionTerm(graph, cells));
        var matrix = graph.Mul(graph.MatMul(graph.Transpose(values, 0, 2, 1), queries), graph.Scalar(1f / _area));
        var both = graph.Concat(-1, spatial, graph.MatMul(values, matrix));
        return graph.Reshape(both, graph.Node("Shape", [queriesAndValues]));
    }

    /// <summary>One value for each cell, by a weighted sum over its tokens.</summary>
    private Value Cells(GraphBuilder graph, Value values)
    {
        var (layer, size) = ($"{name}.spatial_linear", windows.Cell * windows.Cell);
        var sums = size == 1
            ? graph.Mul(values, weights.In(graph, layer + ".weight"))
            : graph.Reshape(graph.MatMul(weights.In(graph, layer + ".weight"), graph.Reshape(values, -1, size, _half)), -1, _cells, _half);
        return graph.Add(sums, weights.In(graph, layer + ".bias"));
    }

    /// <summary>v'ᵀ·v' of each head on the diagonal, over the head's width: (B, C/2, C/2).</summary>
    private Value SpatialMatrix(GraphBuilder graph, Value cells)
    {
        var diagonal = new float[_half * _half];
        for (var row = 0; row < _half; row++)
        {
            for (var column = 0; column < _half; column++)
                diagonal[(row * _half) + column] = row / _width == column / _width ? 1f / _width : 0;
        }

        var mask = graph.Weight($"own_head_{_half}_{heads}", [_half, _half], diagonal);
        return graph.Mul(graph.MatMul(graph.Transpose(cells, 0, 2, 1), cells), mask);
    }

    /// <summary>bias·v' as one product per head, the windows side by side: (B, M, C/2) → (B, S², C/2).</summary>
    private Value PositionTerm(GraphBuilder graph, Value cells)
    {
        var perHead = graph.Transpose(graph.Reshape(cells, -1, _cells, heads, _width), 2, 1, 0, 3); // (h, M, B, d)
        var term = graph.MatMul(PositionBias(graph), graph.Reshape(perHead, heads, _cells, -1)); // (h, S², B·d)
        return graph.Reshape(graph.Transpose(graph.Reshape(term, heads, _area, -1, _width), 2, 1, 0, 3), -1, _area, _half);
    }

    /// <summary>The bias between tokens and cells (h, S², M), gathered from its table by offset when the model is loaded.</summary>
    private Value PositionBias(GraphBuilder graph)
    {
        int cell = windows.Cell, side = windows.Side, across = side / cell, span = (2 * side) - cell;
        var table = new PositionTable(weights, $"{name}.pos", side, cell).Values;
        var offsets = new int[_area * _cells];
        for (var token = 0; token < _area; token++)
        {
            var (place, inside) = (token / (cell * cell), token % (cell * cell));
            var (row, column) = ((place / across * cell) + (inside / cell), (place % across * cell) + (inside % cell));
            for (var key = 0; key < _cells; key++)
                offsets[(token * _cells) + key] = ((row - (key / across * cell) + side - cell) * span) + column - (key % across * cell) + side - cell;
        }

        return graph.Gather(
            graph.Weight($"{name}.position_table", [heads, span * span], table),
            graph.Weight<int>($"position_offsets_{side}", TensorProto.Types.DataType.Int32, [_area, _cells], offsets),
            1);
    }
}
