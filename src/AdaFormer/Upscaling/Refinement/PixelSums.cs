namespace AdaFormer;

/// <summary>Sums of pixels over the first places of an order, of which places can be taken out: a binary indexed tree, in which both take logarithmic time.</summary>
internal sealed class PixelSums
{
    // Each entry has the sum of the places up to its own, as many as its lowest bit says.
    private readonly long[] _sums;

    /// <param name="pixels">The pixels of each place.</param>
    public PixelSums(IReadOnlyList<int> pixels)
    {
        _sums = new long[pixels.Count + 1];
        for (var i = 1; i < _sums.Length; i++)
        {
            _sums[i] += pixels[i - 1];
            Total += pixels[i - 1];
            if (i + (i & -i) is var next && next < _sums.Length)
                _sums[next] += _sums[i];
        }
    }

    /// <summary>The pixels of all places.</summary>
    public long Total { get; private set; }

    /// <summary>Takes a place out.</summary>
    /// <param name="place">The place.</param>
    /// <param name="pixels">Its pixels.</param>
    public void Remove(int place, int pixels)
    {
        Total -= pixels;
        for (var i = place + 1; i < _sums.Length; i += i & -i)
            _sums[i] -= pixels;
    }

    /// <summary>The number of first places whose pixels come nearest to a number.</summary>
    public int PlacesOf(double pixels)
    {
        var places = 0;
        for (var step = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_sums.Length); step > 0; step /= 2)
        {
            if (places + step < _sums.Length && _sums[places + step] <= pixels)
                pixels -= _sums[places += step];
        }

        // Half of the next place, or more, is nearer to all of it.
        return places + 1 < _sums.Length && 2 * pixels >= At(places) ? places + 1 : places;
    }

    private long At(int place)
    {
        var (i, sum) = (place + 1, _sums[place + 1]);
        for (var end = i - (i & -i); --i > end; i -= (i & -i) - 1)
            sum -= _sums[i];
        return sum;
    }
}
