using System.Buffers.Binary;

namespace AdaFormer.ImageSharp.Icc;

/// <summary>
/// The table of a CMYK profile that says what its inks look like: from device to profile connection space, perceptual (A2B0), in the forms
/// lut8, lut16 and lutAToB (ICC.1:2022, 10.10 to 10.12).
/// </summary>
internal sealed class IccLut
{
    private const int Inks = 4, Outputs = 3, HeaderLength = 128, EntryLength = 12, MaximumTags = 100;

    private readonly IccCurve[] _inks;
    private readonly int[] _grid;
    private readonly float[] _samples;
    private readonly IccCurve[]? _middle;
    private readonly double[]? _matrix;
    private readonly IccCurve[] _outputs;

    private IccLut(IccCurve[] inks, int[] grid, float[] samples, IccCurve[] outputs, IccCurve[]? middle = null, double[]? matrix = null) =>
        (_inks, _grid, _samples, _outputs, _middle, _matrix) = (inks, grid, samples, outputs, middle, matrix);

    /// <summary>Whether the results are CIE Lab; otherwise XYZ.</summary>
    public bool IsLab { get; private set; }

    /// <summary>Whether Lab is encoded as in lut16: with 65,280 for L* of 100.</summary>
    public bool IsLegacyLab { get; private set; }

    /// <summary>Whether the profile is of version 4 or later.</summary>
    public bool IsVersion4 { get; private set; }

    /// <summary>Reads the table of a profile; <see langword="null"/> if it is no CMYK profile, lacks the table, or is damaged.</summary>
    public static IccLut? Read(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < HeaderLength + 4 || !profile.Slice(36, 4).SequenceEqual("acsp"u8) || !profile.Slice(16, 4).SequenceEqual("CMYK"u8))
            return null;
        var isLab = profile.Slice(20, 4).SequenceEqual("Lab "u8);
        if (!isLab && !profile.Slice(20, 4).SequenceEqual("XYZ "u8))
            return null;
        try
        {
            var tag = Tag(profile, "A2B0"u8);
            tag = tag.IsEmpty ? Tag(profile, "A2B1"u8) : tag;
            if (tag.Length < 32 || tag[8] != Inks || tag[9] != Outputs)
                return null;
            var lut = tag[..4] switch
            {
                [(byte)'m', (byte)'f', (byte)'t', (byte)'1'] => ReadTables(tag, 1, 256, 256, 48),
                [(byte)'m', (byte)'f', (byte)'t', (byte)'2'] => ReadTables(tag, 2, Number(tag, 48, 2), Number(tag, 50, 2), 52),
                [(byte)'m', (byte)'A', (byte)'B', (byte)' '] => ReadCurves(tag),
                _ => null,
            };
            if (lut is not null)
                (lut.IsLab, lut.IsLegacyLab, lut.IsVersion4) = (isLab, tag[3] == '2', profile[8] >= 4);
            return lut;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            // Something would lie beyond the profile's end.
            return null;
        }
    }

    /// <summary>The colour of inks.</summary>
    /// <param name="inks">Cyan, magenta, yellow and black, 0 to 1.</param>
    /// <param name="color">Three values of the profile connection space, encoded in 0 to 1.</param>
    public void Evaluate(ReadOnlySpan<float> inks, Span<float> color)
    {
        Span<float> position = stackalloc float[Inks];
        for (var i = 0; i < Inks; i++)
            position[i] = _inks[i].At(inks[i]);
        IccGrid.Interpolate(_samples, _grid, position, color);
        if (_middle is not null)
        {
            for (var i = 0; i < Outputs; i++)
                color[i] = _middle[i].At(color[i]);
            var (x, y, z) = (color[0], color[1], color[2]);
            for (var i = 0; i < Outputs; i++)
                color[i] = (float)((_matrix![3 * i] * x) + (_matrix[(3 * i) + 1] * y) + (_matrix[(3 * i) + 2] * z) + _matrix[9 + i]);
        }

        for (var i = 0; i < Outputs; i++)
            color[i] = _outputs[i].At(color[i]);
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> name)
    {
        var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]), MaximumTags);
        for (var i = 0; i < count; i++)
        {
            var entry = profile.Slice(HeaderLength + 4 + (EntryLength * i), EntryLength);
            if (entry[..4].SequenceEqual(name))
                return profile.Slice(Number(entry, 4, 4), Number(entry, 8, 4));
        }

        return [];
    }

    // lut8 and lut16: tables for the inputs, the grid, tables for the outputs.
    private static IccLut? ReadTables(ReadOnlySpan<byte> tag, int width, int entries, int exits, int at)
    {
        int[] grid = [tag[10], tag[10], tag[10], tag[10]];
        if (entries < 2 || exits < 2 || !Fits(grid, width, tag.Length))
            return null;
        var inks = Curves(tag, Inks, entries);
        var samples = Numbers(tag, ref at, Size(grid), width);
        return new IccLut(inks, grid, samples, Curves(tag, Outputs, exits));

        IccCurve[] Curves(ReadOnlySpan<byte> tag, int count, int length)
        {
            var curves = new IccCurve[count];
            for (var i = 0; i < count; i++)
                curves[i] = new IccCurve(Numbers(tag, ref at, length, width));
            return curves;
        }
    }

    // lutAToB: curves A, the grid, curves M and a matrix or neither, curves B.
    private static IccLut? ReadCurves(ReadOnlySpan<byte> tag)
    {
        var (b, matrix, m, clut, a) = (Number(tag, 12, 4), Number(tag, 16, 4), Number(tag, 20, 4), Number(tag, 24, 4), Number(tag, 28, 4));
        if (a == 0 || clut == 0 || b == 0 || (m == 0) != (matrix == 0))
            return null;
        int[] grid = [tag[clut], tag[clut + 1], tag[clut + 2], tag[clut + 3]];
        int width = tag[clut + 16];
        if (width is not (1 or 2) || !Fits(grid, width, tag.Length))
            return null;
        var at = clut + 20;
        var samples = Numbers(tag, ref at, Size(grid), width);
        var factors = new double[12];
        for (var i = 0; matrix > 0 && i < factors.Length; i++)
            factors[i] = IccCurve.Fixed(tag[(matrix + (4 * i))..]);
        var (first, last) = (IccCurve.Read(tag[a..], Inks), IccCurve.Read(tag[b..], Outputs));
        var middle = m == 0 ? null : IccCurve.Read(tag[m..], Outputs);
        return first is null || last is null || (m > 0 && middle is null) ? null : new IccLut(first, grid, samples, last, middle, factors);
    }

    private static bool Fits(int[] grid, int width, int length) => grid.All(side => side >= 2) && grid.Aggregate(1L, (product, side) => product * side) * Outputs * width <= length;

    private static int Size(int[] grid) => grid.Aggregate(Outputs, (product, side) => product * side);

    private static float[] Numbers(ReadOnlySpan<byte> tag, ref int at, int count, int width)
    {
        var bytes = tag.Slice(at, count * width);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = width == 1 ? bytes[i] / 255f : Number(bytes, 2 * i, 2) / 65535f;
        at += count * width;
        return numbers;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at, int width) =>
        width == 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
}
