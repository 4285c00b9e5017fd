namespace AdaFormer.ImageSharp;

/// <summary>An entry of a TIFF's directory (TIFF 6.0, section 2).</summary>
/// <param name="Tag">What it says.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Place">Where they stand in the file: in the entry itself where they are few, and perhaps beyond the file's end.</param>
internal readonly record struct TiffEntry(ushort Tag, ushort Type, long Count, long Place)
{
    public const ushort Short = 3, Long = 4, Rational = 5, Directory = 13, Long8 = 16;

    // Bytes, characters, shorts, longs, rationals; the same with signs; floats; directories; and BigTIFF's.
    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    /// <summary>Bytes of one value; 0 for a type that nobody knows.</summary>
    public int Size => Type < Sizes.Length ? Sizes[Type] : 0;

    /// <summary>Bytes of all.</summary>
    public Int128 Length => (Int128)Count * Size;
}
