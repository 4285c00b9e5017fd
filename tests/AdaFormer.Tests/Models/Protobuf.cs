using System.Text;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>Writes protobuf fields, and of them the parts of an ONNX file, good or bad.</summary>
internal static class Protobuf
{
    public static byte[] Field(int number, params byte[][] content) => [.. Varint((ulong)(number << 3) | 2), .. Varint((ulong)content.Sum(part => part.Length)), .. Join(content)];

    public static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    /// <summary>A graph to append to a model: protobuf merges the two.</summary>
    public static byte[] Graph(params byte[][] fields) => Field(7, fields);

    public static byte[] Node(string type, string domain, string[] inputs, string output, params byte[][] attributes) =>
        Field(1, [.. inputs.Select(input => Field(1, input)), Field(2, output), Field(4, type), .. attributes, Field(7, domain)]);

    public static byte[] Initializer(params byte[][] tensor) => Field(5, tensor);

    public static byte[] TensorAttribute(string name, params byte[][] tensor) => Field(5, Field(1, name), Field(5, tensor), Number(20, 4));

    public static byte[] GraphAttribute(string name, params byte[][] graph) => Field(5, Field(1, name), Field(6, graph), Number(20, 5));

    /// <summary>The fields of a tensor of 64-bit integers.</summary>
    public static byte[][] Integers(string name, params long[] values) =>
        [Number(1, values.Length), Number(2, 7), Field(8, name), Field(9, values.SelectMany(BitConverter.GetBytes).ToArray())];

    /// <summary>The fields of a float tensor whose values lie in another file.</summary>
    public static byte[][] External(string location) =>
        [Number(1, 4), Number(2, 1), Field(8, "outside"), Field(13, Field(1, "location"), Field(2, location)), Number(14, 1)];

    private static byte[] Join(byte[][] parts)
    {
        using var joined = new MemoryStream();
        foreach (var part in parts)
            joined.Write(part);
        return joined.ToArray();
    }
}
