using System.Runtime.InteropServices;
using Google.Protobuf;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Onnx;

/// <summary>
/// Builds an ONNX graph node by node. The branches of an <c>If</c> are separate builders that see every value created before them;
/// constants and shared weights are stored once, in the main graph.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly GraphBuilder _root;
    private readonly Dictionary<string, Value> _constants = [];
    private int _names;

    public GraphBuilder(string name, DataType real = DataType.Float) : this(new GraphProto { Name = name }, null, real)
    {
    }

    private GraphBuilder(GraphProto graph, GraphBuilder? root, DataType real) => (Graph, _root, Real) = (graph, root ?? this, real);

    public GraphProto Graph { get; }

    /// <summary>The type of the weights and of all constants that are not whole numbers: <c>Float</c>, or <c>Float16</c>.</summary>
    public DataType Real { get; }

    /// <summary>The same graph or branch, for parts computed in FP32 even if the rest is in FP16.</summary>
    public GraphBuilder Single => Real == DataType.Float ? this : new GraphBuilder(Graph, _root, DataType.Float);

    public Value Input(string name, DataType type, params object[] shape)
    {
        Graph.Input.Add(Describe(name, type, shape));
        return new Value(name);
    }

    public void Output(Value value, DataType type, params object[] shape) =>
        Graph.Output.Add(Describe(value.Name, type, shape));

    /// <summary>A tensor of type <see cref="Real"/> stored in the graph under its own name.</summary>
    public Value Weight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) => Weight(name, Real, shape, Bytes(name, values));

    /// <summary>A tensor of any type stored in the graph under its own name.</summary>
    public Value Weight<T>(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (!_root._constants.TryGetValue(name, out var value))
        {
            value = Store(_root.Graph, name, type, shape, MemoryMarshal.AsBytes(values));
            _root._constants.Add(name, value);
        }

        return value;
    }

    /// <summary>A tensor of type <see cref="Real"/> stored in the graph or branch that uses it.</summary>
    public Value OwnWeight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Graph == _root.Graph ? Weight(name, shape, values) : Store(Graph, $"{Graph.Name}/{name}", Real, shape, Bytes(name, values));

    public Value Scalar(float value) => Constant($"{Real}:{BitConverter.SingleToInt32Bits(value):x8}", Real, [], Bytes("constant", [value]));

    public Value Scalar(long value) => Constant($"i:{value}", DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    public Value Byte(byte value) => Constant($"b:{value}", DataType.Uint8, [], [value]);

    public Value Integers(params long[] values) =>
        Constant($"l:{string.Join(',', values)}", DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

    /// <summary>Adds a node with one output.</summary>
    public Value Node(string operation, ReadOnlySpan<Value> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Nodes(operation, 1, inputs, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public Value[] Nodes(string operation, int outputs, ReadOnlySpan<Value> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = NewName(operation) };
        foreach (var input in inputs)
            node.Input.Add(input.Name);
        node.Attribute.AddRange(attributes.ToArray());
        for (var index = 0; index < outputs; index++)
            node.Output.Add($"{node.Name}:{index}");
        Graph.Node.Add(node);
        return [.. node.Output.Select(name => new Value(name))];
    }

    /// <summary>Adds an <c>If</c>: both branches give the same number of values, computed only when taken.</summary>
    public Value[] If(Value condition, Func<GraphBuilder, Value[]> whenTrue, Func<GraphBuilder, Value[]> whenFalse)
    {
        var then = Branch("then", whenTrue);
        var otherwise = Branch("else", whenFalse);
        return Nodes("If", then.Output.Count, [condition], Attributes.Graph("then_branch", then), Attributes.Graph("else_branch", otherwise));
    }

    /// <summary>Gives a value an external name.</summary>
    public Value Rename(Value value, string name)
    {
        var node = new NodeProto { OpType = "Identity", Name = name };
        node.Input.Add(value.Name);
        node.Output.Add(name);
        Graph.Node.Add(node);
        return new Value(name);
    }

    private GraphProto Branch(string name, Func<GraphBuilder, Value[]> build)
    {
        var branch = new GraphBuilder(new GraphProto { Name = NewName(name) }, _root, Real);
        var values = build(branch);
        var own = branch.Graph.Node.SelectMany(node => node.Output).ToHashSet();
        foreach (var value in values)
        {
            // A branch must produce its outputs itself, even one that it only passes through.
            var output = own.Contains(value.Name) ? value : branch.Node("Identity", [value]);
            branch.Graph.Output.Add(new ValueInfoProto { Name = output.Name });
        }

        return branch.Graph;
    }

    private ReadOnlySpan<byte> Bytes(string name, ReadOnlySpan<float> values)
    {
        if (Real == DataType.Float)
            return MemoryMarshal.AsBytes(values);
        var halves = new Half[values.Length];
        for (var index = 0; index < values.Length; index++)
        {
            halves[index] = (Half)values[index];
            if (!Half.IsFinite(halves[index]))
                throw new ArgumentException($"'{name}' contains {values[index]}, beyond the ±{Half.MaxValue} of FP16; export the weights in FP32.");
        }

        return MemoryMarshal.AsBytes<Half>(halves);
    }

    private Value Constant(string key, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        if (!_root._constants.TryGetValue(key, out var value))
        {
            value = Store(_root.Graph, NewName("constant"), type, shape, bytes);
            _root._constants.Add(key, value);
        }

        return value;
    }

    private static Value Store(GraphProto graph, string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.ToArray());
        graph.Initializer.Add(tensor);
        return new Value(name);
    }

    private string NewName(string kind) => $"{kind}_{_root._names++}";

    private static ValueInfoProto Describe(string name, DataType type, object[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(extent => extent is string symbol
            ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
            : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(extent) }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }
}

/// <summary>The name of a tensor inside a graph.</summary>
internal readonly record struct Value(string Name)
{
    /// <summary>An omitted optional input.</summary>
    public static Value None => new("");
}
