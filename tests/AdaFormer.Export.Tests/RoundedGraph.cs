using System.Runtime.InteropServices;
using AdaFormer.Export.Onnx;
using Google.Protobuf;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Tests;

/// <summary>
/// An FP16 graph as a GPU computes it: every result in FP32, rounded to float16 after every operator. ONNX Runtime's CPU provider has few
/// float16 kernels, and rounds only where one of its FP32 kernels is not followed by another.
/// </summary>
internal static class RoundedGraph
{
    // What only moves values, of which every one is float16 already.
    private static readonly HashSet<string> Moves =
        ["Concat", "DepthToSpace", "Expand", "Gather", "Identity", "If", "Relu", "Reshape", "ScatterND", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"];

    public static byte[] Of(byte[] model)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        Round(proto.Graph, []);
        return proto.ToByteArray();
    }

    private static void Round(GraphProto graph, Dictionary<string, DataType> types)
    {
        foreach (var input in graph.Input)
            types[input.Name] = (DataType)input.Type.TensorType.ElemType;
        foreach (var tensor in graph.Initializer)
        {
            types[tensor.Name] = (DataType)tensor.DataType;
            if (types[tensor.Name] == DataType.Float16)
                Widen(tensor);
        }

        var nodes = graph.Node.ToArray();
        graph.Node.Clear();
        foreach (var node in nodes)
        {
            graph.Node.Add(node);
            var outputs = TypesOf(node, types);
            for (var index = 0; index < outputs.Length; index++)
            {
                var name = node.Output[index];
                types[name] = outputs[index];
                if (outputs[index] != DataType.Float16 || Moves.Contains(node.OpType))
                    continue;
                node.Output[index] = $"{name}/exact";
                graph.Node.AddRange([Cast($"{name}/exact", $"{name}/half", DataType.Float16), Cast($"{name}/half", name, DataType.Float)]);
            }

            if (node.OpType == "Cast" && outputs[0] == DataType.Float16)
                node.Attribute[0].I = (int)DataType.Float;
        }
    }

    private static DataType[] TypesOf(NodeProto node, Dictionary<string, DataType> types)
    {
        if (node.OpType == "If")
        {
            foreach (var branch in node.Attribute)
                Round(branch.G, types);
            return [.. node.Attribute[0].G.Output.Select(output => types[output.Name])];
        }

        var type = node.OpType switch
        {
            "Cast" => (DataType)node.Attribute[0].I,
            "Shape" or "NonZero" => DataType.Int64,
            "Greater" or "Less" or "And" or "Or" or "Not" => DataType.Bool,
            "Where" => types[node.Input[1]],
            _ => types[node.Input[0]],
        };
        return [.. node.Output.Select(_ => type)];
    }

    private static void Widen(TensorProto tensor)
    {
        var values = MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray().Select(half => (float)half).ToArray();
        (tensor.DataType, tensor.RawData) = ((int)DataType.Float, ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)));
    }

    private static NodeProto Cast(string from, string to, DataType type) =>
        new() { OpType = "Cast", Name = to, Input = { from }, Output = { to }, Attribute = { Attributes.Int("to", (int)type) } };
}
