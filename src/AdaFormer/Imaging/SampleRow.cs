using System.Numerics;
using System.Runtime.InteropServices;

namespace AdaFormer.Imaging;

/// <summary>Rows of a picture as floats (which hold 16-bit samples exactly) and as bytes.</summary>
internal static class SampleRow
{
    /// <summary>Copies row <paramref name="y"/> into <paramref name="row"/>.</summary>
    public static void Load(Picture picture, int y, Span<float> row)
    {
        if (picture.BitDepth == 8)
            Widen(picture.Row8(y), row);
        else
            Widen(picture.Row16(y), row);
    }

    /// <summary>Copies whole numbers within the sample range into row <paramref name="y"/>.</summary>
    public static void Store(ReadOnlySpan<float> row, Picture picture, int y)
    {
        if (picture.BitDepth == 8)
        {
            var samples = picture.Row8(y);
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (byte)row[i];
        }
        else
        {
            var samples = picture.Row16(y);
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (ushort)row[i];
        }
    }

    /// <summary>Copies a row into one of another picture of the same width, layout and bit depth.</summary>
    /// <exception cref="ArgumentException">The pictures differ in one of these.</exception>
    public static void Copy(Picture source, int y, Picture target, int targetY)
    {
        if ((source.Width, source.Layout, source.BitDepth) != (target.Width, target.Layout, target.BitDepth))
            throw new ArgumentException($"Rows of {source.Width} {source.Layout} pixels of {source.BitDepth} bits do not fit a picture with {target.Width} {target.Layout} pixels of {target.BitDepth} bits.", nameof(target));
        Bytes(source, y).CopyTo(Bytes(target, targetY));
    }

    /// <summary>Row <paramref name="y"/> in memory, 16-bit samples in the machine's byte order.</summary>
    public static Span<byte> Bytes(Picture picture, int y) =>
        picture.BitDepth == 8 ? picture.Row8(y) : MemoryMarshal.AsBytes(picture.Row16(y));

    private static void Widen(ReadOnlySpan<byte> samples, Span<float> row)
    {
        var i = 0;
        for (; i <= samples.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(samples[i..]), out var low, out var high);
            Widen(low, row[i..]);
            Widen(high, row[(i + Vector<ushort>.Count)..]);
        }

        for (; i < samples.Length; i++)
            row[i] = samples[i];
    }

    private static void Widen(ReadOnlySpan<ushort> samples, Span<float> row)
    {
        var i = 0;
        for (; i <= samples.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Widen(new Vector<ushort>(samples[i..]), row[i..]);
        for (; i < samples.Length; i++)
            row[i] = samples[i];
    }

    private static void Widen(Vector<ushort> samples, Span<float> row)
    {
        Vector.Widen(samples, out var low, out var high);
        Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(row);
        Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(row[Vector<float>.Count..]);
    }
}
