namespace AdaFormer;

/// <summary>Counts the weights of an ONNX file that does not say their number.</summary>
internal static class OnnxWeights
{
    // Field numbers and types of the ONNX specification.
    private const int Graph = 7;
    private const int Initializer = 5;
    private const int Dimensions = 1;
    private const int DataType = 2;
    private const ulong Int32 = 6;
    private const ulong Int64 = 7;

    /// <summary>The number of values in the graph's initializers, except shapes and indices.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a protobuf message.</exception>
    public static long Count(ReadOnlySpan<byte> model)
    {
        var count = 0L;
        for (var fields = new ProtobufReader(model); fields.Next();)
        {
            if (fields is not { Field: Graph, HasContent: true })
                continue;
            for (var parts = new ProtobufReader(fields.Content); parts.Next();)
            {
                if (parts is { Field: Initializer, HasContent: true })
                    count += Values(parts.Content);
            }
        }

        return count;
    }

    private static long Values(ReadOnlySpan<byte> tensor)
    {
        long? values = 1;
        var isIndex = false;
        for (var fields = new ProtobufReader(tensor); fields.Next();)
        {
            if (fields.Field == Dimensions)
                values = fields.Times(values);
            else if (fields is { Field: DataType, HasNumber: true })
                isIndex = fields.Number is Int32 or Int64;
        }

        return isIndex ? 0 : values ?? 0;
    }
}
