using System.Text;

namespace AdaFormer;

/// <summary>Reads the metadata of an ONNX file without a session: of the protobuf ModelProto, only metadata_props is looked at.</summary>
internal static class OnnxMetadata
{
    private const int MetadataProps = 14;
    private const int EntryKey = 1;
    private const int EntryValue = 2;

    /// <exception cref="ModelFormatException">The bytes are no protobuf message, or end too early.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> model, string name)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            while (!model.IsEmpty)
            {
                var content = Next(ref model, out var field);
                if (field == MetadataProps)
                    AddEntry(content, metadata);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException)
        {
            throw new ModelFormatException($"'{name}' is damaged or no ONNX model. Get the file again, or export the weights again.", exception);
        }

        return metadata;
    }

    private static void AddEntry(ReadOnlySpan<byte> entry, Dictionary<string, string> metadata)
    {
        string key = "", value = "";
        while (!entry.IsEmpty)
        {
            var content = Next(ref entry, out var field);
            if (field == EntryKey)
                key = Encoding.UTF8.GetString(content);
            else if (field == EntryValue)
                value = Encoding.UTF8.GetString(content);
        }

        metadata[key] = value;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> message, out ulong field)
    {
        var tag = Varint(ref message);
        ulong length;
        switch (tag & 7)
        {
            case 0:
                Varint(ref message);
                length = 0;
                break;
            case 1:
                length = 8;
                break;
            case 2:
                length = Varint(ref message);
                break;
            case 5:
                length = 4;
                break;
            default:
                throw new InvalidDataException($"Wire type {tag & 7} is unknown.");
        }

        if (length > (ulong)message.Length)
            throw new InvalidDataException($"A field of {length} bytes is longer than what is left of the file.");
        var content = message[..(int)length];
        message = message[(int)length..];
        field = tag >> 3;
        return content;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var index = 0; index < Math.Min(10, message.Length); index++)
        {
            value |= (ulong)(message[index] & 0x7f) << (7 * index);
            if (message[index] < 0x80)
            {
                message = message[(index + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number does not end.");
    }
}
