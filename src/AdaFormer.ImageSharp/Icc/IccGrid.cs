namespace AdaFormer.ImageSharp.Icc;

/// <summary>Interpolates between the points of a grid over four inks, each with three values.</summary>
internal static class IccGrid
{
    private const int Inks = 4, Values = 3;

    /// <summary>As lcms2 does it: linear in the first ink, tetrahedral in the others, which keeps greys grey.</summary>
    /// <param name="samples">The values; the last ink's varies fastest.</param>
    /// <param name="grid">The number of points along each ink, at least 2.</param>
    /// <param name="position">The inks, 0 to 1.</param>
    /// <param name="result">Takes the three values.</param>
    public static void Interpolate(ReadOnlySpan<float> samples, ReadOnlySpan<int> grid, ReadOnlySpan<float> position, Span<float> result)
    {
        Span<(float Part, int Step)> inks = stackalloc (float, int)[Inks];
        var start = 0;
        for (int ink = Inks - 1, step = Values; ink >= 0; step *= grid[ink], ink--)
        {
            var place = position[ink] * (grid[ink] - 1);
            var below = Math.Min((int)place, grid[ink] - 2);
            inks[ink] = (place - below, step);
            start += below * step;
        }

        // The largest part first.
        var first = inks[0];
        var others = inks[1..];
        Order(ref others[0], ref others[1]);
        Order(ref others[1], ref others[2]);
        Order(ref others[0], ref others[1]);

        result[..Values].Clear();
        foreach (var (at, share) in (ReadOnlySpan<(int, float)>)[(start, 1 - first.Part), (start + first.Step, first.Part)])
        {
            if (share > 0)
                AddTetrahedron(samples[at..], others, share, result);
        }
    }

    // Along the edges from the lowest point to the highest, one ink after the other.
    private static void AddTetrahedron(ReadOnlySpan<float> samples, ReadOnlySpan<(float Part, int Step)> inks, float share, Span<float> result)
    {
        var (at, left) = (0, 1f);
        for (var corner = 0; corner <= inks.Length; corner++)
        {
            var next = corner < inks.Length ? inks[corner].Part : 0;
            for (var i = 0; left > next && i < Values; i++)
                result[i] += share * (left - next) * samples[at + i];
            left = next;
            at += corner < inks.Length ? inks[corner].Step : 0;
        }
    }

    private static void Order(ref (float Part, int Step) one, ref (float Part, int Step) other)
    {
        if (one.Part < other.Part)
            (one, other) = (other, one);
    }
}
