using System.Runtime.InteropServices;
using Google.Protobuf;

namespace AdaFormer.Export.Onnx;

/// <summary>
/// Builds an ONNX graph node by node. The branches of an <c>If</c> are builders of their own that see every value made before them;
/// constants and shared weights live in the main graph, each once.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly GraphBuilder _root;
    private readonly Dictionary<string, Value> _constants = [];
    private int _names;

    public GraphBuilder(string name) : this(name, null)
    {
    }

    private GraphBuilder(string name, GraphBuilder? root)
    {
        Graph = new GraphProto { Name = name };
        _root = root ?? this;
    }

    public GraphProto Graph { get; }

    public Value Input(string name, TensorProto.Types.DataType type, params object[] shape)
    {
        Graph.Input.Add(Describe(name, type, shape));
        return new Value(name);
    }

    public void Output(Value value, TensorProto.Types.DataType type, params object[] shape) =>
        Graph.Output.Add(Describe(value.Name, type, shape));

    /// <summary>A float tensor stored in the graph under its own name.</summary>
    public Value Weight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) => Weight(name, TensorProto.Types.DataType.Float, shape, values);

    /// <summary>A tensor of any type stored in the graph under its own name.</summary>
    public Value Weight<T>(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (!_root._constants.TryGetValue(name, out var value))
        {
            value = Store(_root.Graph, name, type, shape, MemoryMarshal.AsBytes(values));
            _root._constants.Add(name, value);
        }

        return value;
    }

    /// <summary>A float tensor stored in the graph or branch that uses it.</summary>
    public Value OwnWeight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        this == _root
            ? Weight(name, shape, values)
            : Store(Graph, $"{Graph.Name}/{name}", TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values));

    public Value Scalar(float value) => Constant($"f:{BitConverter.SingleToInt32Bits(value):x8}", TensorProto.Types.DataType.Float, [], MemoryMarshal.AsBytes([value]));

    public Value Scalar(long value) => Constant($"i:{value}", TensorProto.Types.DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    public Value Byte(byte value) => Constant($"b:{value}", TensorProto.Types.DataType.Uint8, [], [value]);

    public Value Integers(params long[] values) =>
        Constant($"l:{string.Join(',', values)}", TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values));

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

    /// <summary>Adds an <c>If</c>: the branches give the same number of values, computed only when taken.</summary>
    public Value[] If(Value condition, Func<GraphBuilder, Value[]> whenTrue, Func<GraphBuilder, Value[]> whenFalse)
    {
        var then = Branch("then", whenTrue);
        var otherwise = Branch("else", whenFalse);
        return Nodes("If", then.Output.Count, [condition], Attributes.Graph("then_branch", then), Attributes.Graph("else_branch", otherwise));
    }

    /// <summary>Names a value for the outside.</summary>
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
        var branch = new GraphBuilder(NewName(name), _root);
        var values = build(branch);
        var own = branch.Graph.Node.SelectMany(node => node.Output).ToHashSet();
        foreach (var value in values)
        {
            // A branch must produce its outputs itself, even one that it only passes on.
            var output = own.Contains(value.Name) ? value : branch.Node("Identity", [value]);
            branch.Graph.Output.Add(new ValueInfoProto { Name = output.Name });
        }

        return branch.Graph;
    }

    private Value Constant(string key, TensorProto.Types.DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        if (!_root._constants.TryGetValue(key, out var value))
        {
            value = Store(_root.Graph, NewName("constant"), type, shape, bytes);
            _root._constants.Add(key, value);
        }

        return value;
    }

    private static Value Store(GraphProto graph, string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.ToArray());
        graph.Initializer.Add(tensor);
        return new Value(name);
    }

    private string NewName(string kind) => $"{kind}_{_root._names++}";

    private static ValueInfoProto Describe(string name, TensorProto.Types.DataType type, object[] shape)
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
