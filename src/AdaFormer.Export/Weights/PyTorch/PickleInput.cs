using System.Buffers.Binary;
using System.Text;

namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>Reads a file's bytes in order, never beyond its end.</summary>
internal sealed class PickleInput(ReadOnlyMemory<byte> bytes, string name)
{
    private const int LongestLine = 1024;
    private int _position;

    /// <summary>The file's name in error messages.</summary>
    public string Name => name;

    public bool AtEnd => _position == bytes.Length;

    public byte Byte() => Bytes(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    public string Text(long length, Encoding encoding) => encoding.GetString(Bytes(length));

    public string Line()
    {
        var rest = bytes.Span[_position..Math.Min(bytes.Length, _position + LongestLine)];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
            throw Damaged("a name does not end");
        _position += end + 1;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    public ReadOnlySpan<byte> Bytes(long length) => Memory(length).Span;

    public ReadOnlyMemory<byte> Memory(long length)
    {
        if (length < 0 || length > bytes.Length - _position)
            throw Damaged($"it ends at byte {bytes.Length}, in the middle of {length} bytes that begin at {_position}");
        var read = bytes.Slice(_position, (int)length);
        _position += (int)length;
        return read;
    }

    public WeightsFormatException Damaged(string what) => new($"'{name}' is a damaged PyTorch checkpoint: {what}. Get the file again.");

    public WeightsFormatException Refused(string what) =>
        new($"'{name}' asks for {what}, which is not part of a checkpoint of tensors; the file was refused, and nothing in it was run.");
}
