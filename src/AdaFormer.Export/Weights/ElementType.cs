using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AdaFormer.Export.Weights;

/// <summary>How a file stores a tensor's elements, little-endian.</summary>
/// <param name="Name">The name in safetensors.</param>
/// <param name="Size">Bytes per element.</param>
/// <param name="Read">Reads an element as float32, rounded.</param>
internal sealed record ElementType(string Name, int Size, ElementType.Reader Read)
{
    public static readonly ElementType Float32 = new("F32", 4, BinaryPrimitives.ReadSingleLittleEndian);

    private static readonly ElementType[] All =
    [
        Float32,
        new("F64", 8, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        new("F16", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new("BF16", 2, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        new("I64", 8, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        new("I32", 4, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        new("I16", 2, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        new("I8", 1, bytes => (sbyte)bytes[0]),
        new("U8", 1, bytes => bytes[0]),
        new("BOOL", 1, bytes => bytes[0] == 0 ? 0 : 1),
    ];

    public delegate float Reader(ReadOnlySpan<byte> bytes);

    /// <summary>The names of all types.</summary>
    public static IEnumerable<string> Names => All.Select(type => type.Name);

    /// <summary>The type of that name; <see langword="null"/> if unknown.</summary>
    public static ElementType? Find(string? name) => Array.Find(All, type => type.Name == name);

    /// <summary>Reads consecutive elements.</summary>
    public float[] ReadAll(ReadOnlySpan<byte> bytes)
    {
        if (this == Float32 && BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        var values = new float[bytes.Length / Size];
        for (var index = 0; index < values.Length; index++)
            values[index] = Read(bytes[(index * Size)..]);
        return values;
    }
}
