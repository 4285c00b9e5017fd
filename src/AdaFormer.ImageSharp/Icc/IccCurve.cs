using System.Buffers.Binary;

namespace AdaFormer.ImageSharp.Icc;

/// <summary>A curve of a profile as a table, between whose entries is interpolated.</summary>
/// <param name="Table">At least two values for 0 to 1.</param>
internal readonly record struct IccCurve(float[] Table)
{
    private const int Sampled = 4096;

    /// <summary>The value at a place; outside of 0 to 1 that of the end.</summary>
    public float At(float x)
    {
        var place = x > 0 ? Math.Min(x, 1) * (Table.Length - 1) : 0;
        var below = Math.Min((int)place, Table.Length - 2);
        return Table[below] + ((place - below) * (Table[below + 1] - Table[below]));
    }

    /// <summary>Reads curves that follow each other, of type curv or para (ICC.1:2022, 10.6 and 10.18); <see langword="null"/> if one is neither.</summary>
    public static IccCurve[]? Read(ReadOnlySpan<byte> curves, int count)
    {
        var read = new IccCurve[count];
        for (var i = 0; i < count; i++)
        {
            int length;
            if (curves[..4].SequenceEqual("curv"u8))
                (read[i], length) = Tabulated(curves);
            else if (curves[..4].SequenceEqual("para"u8) && BinaryPrimitives.ReadUInt16BigEndian(curves[8..]) is < 5 and var kind)
                (read[i], length) = Parametric(curves[12..], kind);
            else
                return null;
            curves = curves[Math.Min((length + 3) & ~3, curves.Length)..];
        }

        return read;
    }

    /// <summary>A signed number with 16 bits behind the point.</summary>
    public static double Fixed(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes) / 65536.0;

    private static (IccCurve Curve, int Length) Tabulated(ReadOnlySpan<byte> bytes)
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        var values = bytes.Slice(12, checked(2 * Math.Max(count, 0)));
        var table = new float[Math.Max(count, 0)];
        for (var i = 0; i < table.Length; i++)
            table[i] = BinaryPrimitives.ReadUInt16BigEndian(values[(2 * i)..]) / 65535f;
        var curve = count switch
        {
            <= 0 => new IccCurve([0, 1]),
            1 => Of(x => Math.Pow(x, table[0] * 65535 / 256)),
            _ => new IccCurve(table),
        };
        return (curve, 12 + values.Length);
    }

    private static (IccCurve Curve, int Length) Parametric(ReadOnlySpan<byte> bytes, int kind)
    {
        ReadOnlySpan<int> counts = [1, 3, 4, 5, 7];
        var p = new double[7];
        for (var i = 0; i < counts[kind]; i++)
            p[i] = Fixed(bytes[(4 * i)..]);
        var (g, a, b, c, d, e, f) = (p[0], p[1], p[2], p[3], p[4], p[5], p[6]);
        Func<double, double> function = kind switch
        {
            0 => x => Math.Pow(x, g),
            1 => x => x >= -b / a ? Math.Pow((a * x) + b, g) : 0,
            2 => x => x >= -b / a ? Math.Pow((a * x) + b, g) + c : c,
            3 => x => x >= d ? Math.Pow((a * x) + b, g) : c * x,
            _ => x => x >= d ? Math.Pow((a * x) + b, g) + e : (c * x) + f,
        };
        return (Of(function), 12 + (4 * counts[kind]));
    }

    private static IccCurve Of(Func<double, double> function)
    {
        var table = new float[Sampled];
        for (var i = 0; i < Sampled; i++)
            table[i] = function(i / (Sampled - 1.0)) is var value && double.IsNaN(value) ? 0 : (float)Math.Clamp(value, 0, 1);
        return new IccCurve(table);
    }
}
