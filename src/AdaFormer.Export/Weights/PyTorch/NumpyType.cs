using System.Buffers.Binary;

namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>
/// The type of a NumPy number. Training programs keep a few of them, such as the best score so far, beside the weights.
/// </summary>
/// <param name="Code">The kind and the number of bytes, such as <c>f8</c>.</param>
internal sealed record NumpyType(string Code)
{
    /// <summary>The number that bytes stand for; <see langword="null"/> if the type is unknown or the bytes are not as many.</summary>
    public object? Read(ReadOnlySpan<byte> bytes) => (Code, bytes.Length) switch
    {
        ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ("i1", 1) => (long)(sbyte)bytes[0],
        ("i2", 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ("u1", 1) => (long)bytes[0],
        ("u2", 2) => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ("u4", 4) => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ("u8", 8) => (double)BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        ("b1", 1) => bytes[0] != 0,
        _ => null,
    };
}
