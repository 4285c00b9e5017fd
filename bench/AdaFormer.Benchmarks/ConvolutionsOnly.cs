using AdaFormer.Export.Onnx;
using Google.Protobuf;

namespace AdaFormer.Benchmarks;

/// <summary>An exported graph without its body: head, encoder, decoder and upsampler, the encoder's features going straight to the decoder.</summary>
internal static class ConvolutionsOnly
{
    public static byte[] Of(byte[] model)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        var graph = proto.Graph;
        // With tokens of several pixels the last convolution of the body is one by 1.
        var refined = graph.Node.Single(node => node.Input.Contains("body.unembed.weight") || node.Input.Contains("body.unembed.ones")).Output[0];
        var sum = graph.Node.Single(node => node.OpType == "Add" && node.Input[1] == refined);
        var features = sum.Input[0];
        foreach (var node in graph.Node)
        {
            for (var index = 0; index < node.Input.Count; index++)
                node.Input[index] = node.Input[index] == sum.Output[0] ? features : node.Input[index];
        }

        graph.Output.Remove(graph.Output.Single(output => output.Name == "halting_depth"));
        graph.Input.Remove(graph.Input.Single(input => input.Name == "halting_threshold"));
        KeepWhatOutputsNeed(graph);
        return proto.ToByteArray();
    }

    private static void KeepWhatOutputsNeed(GraphProto graph)
    {
        var needed = graph.Output.Select(output => output.Name).ToHashSet();
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse().Where(node => node.Output.Any(needed.Contains)))
        {
            kept.Add(node);
            needed.UnionWith(node.Input);
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept.AsEnumerable().Reverse());
        var initializers = graph.Initializer.Where(initializer => needed.Contains(initializer.Name)).ToArray();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(initializers);
    }
}
