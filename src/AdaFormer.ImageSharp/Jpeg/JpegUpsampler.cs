namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>
/// Enlarges a component's rows to the picture's width and height as libjpeg does: by a triangle filter where it has half the resolution,
/// so that colours change smoothly, else by repetition. The roundings alternate as in libjpeg's jdsample.c.
/// </summary>
internal static class JpegUpsampler
{
    /// <summary>Fills row <paramref name="y"/> of the picture.</summary>
    /// <param name="component">The component.</param>
    /// <param name="y">The row of the picture.</param>
    /// <param name="row">As long as the picture is wide, and one more.</param>
    /// <param name="sums">Working memory of that length.</param>
    public static void Row(JpegComponent component, int y, Span<byte> row, Span<int> sums)
    {
        var (across, down) = (component.Horizontal, component.Vertical);
        var near = component.Row(y * down.Factor / down.Maximum);
        // In rows of two or fewer samples libjpeg repeats them.
        var isSmooth = across.IsHalf && across.Length > 2;
        if (down.IsHalf && isSmooth)
        {
            Between(near, component.Row(Other(y)), sums);
            Along(sums[..near.Length], row, 4, 8, 7);
        }
        else if (down.IsHalf && across.IsFull)
        {
            Between(near, component.Row(Other(y)), sums);
            var bias = y % 2 == 0 ? 1 : 2;
            for (var x = 0; x < near.Length; x++)
                row[x] = (byte)((sums[x] + bias) >> 2);
        }
        else if (down.IsFull && isSmooth)
        {
            for (var x = 0; x < near.Length; x++)
                sums[x] = near[x];
            Along(sums[..near.Length], row, 2, 1, 2);
        }
        else if (across.IsFull)
        {
            near.CopyTo(row);
        }
        else
        {
            for (var x = 0; x < across.Pixels; x++)
                row[x] = near[x * across.Factor / across.Maximum];
        }
    }

    // The second nearest row of samples.
    private static int Other(int y) => (y / 2) + (y % 2 == 0 ? -1 : 1);

    private static void Between(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<int> sums)
    {
        sums = sums[..near.Length];
        far = far[..near.Length];
        for (var x = 0; x < near.Length; x++)
            sums[x] = (3 * near[x]) + far[x];
    }

    // Two pixels for each sample: three parts of it, one of its neighbour on that side.
    private static void Along(ReadOnlySpan<int> samples, Span<byte> row, int shift, int left, int right)
    {
        var last = samples.Length - 1;
        row[0] = (byte)(((4 * samples[0]) + left) >> shift);
        for (var x = 0; x < last; x++)
        {
            row[(2 * x) + 1] = (byte)(((3 * samples[x]) + samples[x + 1] + right) >> shift);
            row[(2 * x) + 2] = (byte)(((3 * samples[x + 1]) + samples[x] + left) >> shift);
        }

        row[(2 * last) + 1] = (byte)(((4 * samples[last]) + right) >> shift);
    }
}
