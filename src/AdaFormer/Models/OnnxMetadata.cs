using System.Text;

namespace AdaFormer;

/// <summary>Reads the metadata of an ONNX file without a session: only metadata_props of the protobuf ModelProto is read.</summary>
internal static class OnnxMetadata
{
    private const int MetadataProps = 14;
    private const int EntryKey = 1;
    private const int EntryValue = 2;

    /// <exception cref="ModelFormatException">The bytes are not a protobuf message, or end too early.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> model, string name)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (var fields = new ProtobufReader(model); fields.Next();)
            {
                if (fields is { Field: MetadataProps, HasContent: true })
                    AddEntry(fields.Content, metadata);
            }
        }
        catch (InvalidDataException exception)
        {
            throw OnnxCheck.Damaged(name, exception);
        }

        return metadata;
    }

    private static void AddEntry(ReadOnlySpan<byte> entry, Dictionary<string, string> metadata)
    {
        string key = "", value = "";
        for (var fields = new ProtobufReader(entry); fields.Next();)
        {
            if (fields is { Field: EntryKey, HasContent: true })
                key = Encoding.UTF8.GetString(fields.Content);
            else if (fields is { Field: EntryValue, HasContent: true })
                value = Encoding.UTF8.GetString(fields.Content);
        }

        metadata[key] = value;
    }
}
