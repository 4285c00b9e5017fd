using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Data;

/// <summary>
/// Random numbers that depend only on a seed, an iteration and a stream (SplitMix64), so that a resumed run draws what the uninterrupted
/// one would have drawn without storing a generator's state.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="iteration">The iteration.</param>
/// <param name="stream">Purpose of the numbers: draws for one purpose do not affect those for another.</param>
internal struct SampleRandom(long seed, long iteration, int stream = 0)
{
    private ulong _state = Mix((ulong)seed) ^ Mix(~(ulong)iteration) ^ Mix((ulong)stream);

    /// <summary>A number from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>A number from 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Whether an event of this probability happens; draws a number even if it is certain.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A uniformly distributed number in a range.</summary>
    public double Within(NumberRange range) => range.From + Unit() * (range.To - range.From);

    /// <summary>A normally distributed number of mean 0 and deviation 1 (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>A Poisson-distributed number of events for an expected number; above 50 approximated by the normal distribution.</summary>
    public double Events(double expected)
    {
        if (expected > 50)
            return Math.Max(0, Math.Round(expected + Math.Sqrt(expected) * Normal()));
        var (count, left) = (0, Math.Exp(-expected));
        for (var product = Unit(); product > left; product *= Unit())
            count++;
        return count;
    }

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
