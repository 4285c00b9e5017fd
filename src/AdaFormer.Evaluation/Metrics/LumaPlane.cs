using AdaFormer.Imaging;

namespace AdaFormer.Evaluation.Metrics;

/// <summary>Y of ITU-R BT.601 as computed by MATLAB's <c>rgb2ycbcr</c>, 16..235, not rounded.</summary>
internal sealed class LumaPlane
{
    /// <summary>Computes the Y of a picture without its border; gray pictures are Y already. Alpha is ignored.</summary>
    public LumaPlane(Picture picture, int border)
    {
        (Width, Height) = (picture.Width - 2 * border, picture.Height - 2 * border);
        Values = new double[Width * Height];
        Parallel.For(0, Height, () => new float[picture.Width * picture.Channels],
            (y, _, row) =>
            {
                SampleRow.Load(picture, y + border, row);
                Convert(row.AsSpan(border * picture.Channels), picture, Row(y));
                return row;
            },
            _ => { });
    }

    /// <summary>The Y of an original and of a picture of the same size.</summary>
    /// <exception cref="ArgumentException">The pictures cannot be compared, or fewer than <paramref name="smallest"/> pixels of a side remain.</exception>
    public static (LumaPlane Reference, LumaPlane Picture) Of(Picture reference, Picture picture, int border, int smallest)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        if ((picture.Width, picture.Height) != (reference.Width, reference.Height))
        {
            throw new ArgumentException(
                $"The picture has {picture.Width}×{picture.Height} pixels, expected the reference's {reference.Width}×{reference.Height}. "
                + "Crop the larger one.", nameof(picture));
        }

        if (picture.Layout.IsGray() && !reference.Layout.IsGray())
            throw new ArgumentException("The picture is gray and the reference is not; gray values are not Y. Convert the picture to RGB.", nameof(picture));
        if (Math.Min(picture.Width, picture.Height) - 2L * border < smallest)
        {
            throw new ArgumentException(
                $"{picture.Width}×{picture.Height} pixels minus a border of {border} are too few, expected at least {smallest}×{smallest}. "
                + "Use a larger picture or a smaller border.", nameof(border));
        }

        return (new LumaPlane(reference, border), new LumaPlane(picture, border));
    }

    public int Width { get; }

    public int Height { get; }

    public double[] Values { get; }

    public Span<double> Row(int y) => Values.AsSpan(y * Width, Width);

    private static void Convert(ReadOnlySpan<float> samples, Picture picture, Span<double> row)
    {
        double max = picture.MaxValue;
        var channels = picture.Channels;
        for (var x = 0; x < row.Length; x++)
        {
            var pixel = samples.Slice(x * channels, channels);
            row[x] = picture.Layout.IsGray() ? pixel[0] * 255 / max : 16 + (65.481 * pixel[0] + 128.553 * pixel[1] + 24.966 * pixel[2]) / max;
        }
    }
}
