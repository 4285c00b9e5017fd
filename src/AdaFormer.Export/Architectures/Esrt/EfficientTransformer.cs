using AdaFormer.Export.Architectures.Tokens;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures.Esrt;

/// <summary>
/// The efficient transformer: a token is a pixel's 3×3 neighbourhood; in row order, the tokens of each quarter attend to each other, and so do the remaining
/// tokens. The layer norms' scales and shifts are folded in.
/// </summary>
internal sealed class EfficientTransformer(WeightSet weights, string name, int channels)
{
    /// <summary>Attention heads.</summary>
    public const int Heads = 8;

    /// <summary>Parts of the tokens that do not see each other.</summary>
    public const int Parts = 4;

    private const int Side = 3;

    private readonly int _width = Side * Side * channels;

    /// <summary>(N, C, H, W), the same shape: for each pixel the sum of the contributions of nine tokens; at least four pixels.</summary>
    public Value Build(GraphBuilder graph, Value image)
    {
        var surroundings = graph.Node("Conv", [image, Surroundings(graph)], Attributes.Ints("pads", 1, 1, 1, 1), Attributes.Int("group", channels));
        var tokens = graph.Transpose(graph.Reshape(surroundings, 0, _width, -1), 0, 2, 1); // (N, T, 9C)
        var rows = graph.Reshape(tokens, -1, _width);
        rows = graph.Add(rows, Attend(graph, graph.NormalizeRows(rows), graph.Size(image, 0)));
        var hidden = graph.Relu(weights.TokenLinear(graph, $"{name}.mlp.fc1", graph.NormalizeRows(rows), $"{name}.norm2"));
        rows = graph.Add(rows, Linear(graph, $"{name}.mlp.fc2", hidden));
        var columns = graph.Transpose(graph.Reshape(rows, graph.Node("Shape", [tokens])), 0, 2, 1);
        var size = graph.Shape(graph.Size(image, 2), graph.Size(image, 3));
        return graph.Node("Col2Im", [columns, size, graph.Integers(Side, Side)], Attributes.Ints("pads", 1, 1, 1, 1));
    }

    private Value Attend(GraphBuilder graph, Value normal, Value images)
    {
        var half = _width / 2;
        var reduced = weights.TokenLinear(graph, $"{name}.atten.reduce", normal, $"{name}.norm1");
        var perImage = graph.Shape(images, graph.Integers(-1, half));
        var (queries, keys, values) = (Project(0), Project(1), Project(2)); // (N, T, 9C/2)
        var part = graph.Div(graph.Size(queries, 1), graph.Integers(Parts));
        var even = graph.Mul(graph.Div(graph.Size(queries, 1), part), part); // with fewer than 16 tokens, there may be more than four parts
        var within = graph.Reshape(Attention(graph, Even(queries), Even(keys), Even(values)), perImage);
        var left = graph.Greater(graph.Reshape(graph.Sub(graph.Size(queries, 1), even), graph.Integers()), graph.Scalar(0));
        var all = graph.If(left, branch => [branch.Concat(1, within, Last(branch))], _ => [within])[0];
        return Linear(graph, $"{name}.atten.proj", graph.Reshape(all, -1, half));

        Value Project(int number)
        {
            var own = weights[$"{name}.atten.qkv.weight"].AsSpan(number * half * half, half * half);
            return graph.Reshape(graph.MatMul(reduced, WeightSet.Matrix(graph, $"{name}.atten.qkv.{number}", own, half)), perImage);
        }

        Value Even(Value sequence) => graph.Reshape(graph.Slice(sequence, even, 1), graph.Shape(graph.Integers(-1), part, graph.Integers(half)));

        Value Last(GraphBuilder branch) => branch.Reshape(Attention(branch, Left(branch, queries), Left(branch, keys), Left(branch, values)), perImage);

        Value Left(GraphBuilder branch, Value sequence) => branch.Node("Slice", [sequence, even, graph.Integers(long.MaxValue), graph.Integers(1)]);
    }

    private Value Linear(GraphBuilder graph, string layer, Value rows) =>
        graph.Add(graph.MatMul(rows, weights.Matrix(graph, layer)), weights.In(graph, $"{layer}.bias"));

    /// <summary>Scales like the public code, by the width of a head before the width is halved.</summary>
    private Value Attention(GraphBuilder graph, Value queries, Value keys, Value values) =>
        graph.Attention(queries, keys, values, Heads, 1 / MathF.Sqrt((float)_width / Heads));

    /// <summary>Kernels that copy: channel 9c + 3y + x is channel c of the pixel at (x − 1, y − 1).</summary>
    private Value Surroundings(GraphBuilder graph)
    {
        const int area = Side * Side;
        var kernels = new float[_width * area];
        for (var output = 0; output < _width; output++)
            kernels[(output * area) + (output % area)] = 1;
        return graph.OwnWeight($"{name}.surroundings", [_width, 1, Side, Side], kernels);
    }
}
