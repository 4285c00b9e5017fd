namespace AdaFormer.Training.Data;

/// <summary>
/// Random numbers that depend on a seed and an iteration only (SplitMix64), so that a resumed run draws what the uninterrupted one
/// would have drawn without storing a generator's state.
/// </summary>
internal struct SampleRandom(long seed, long iteration)
{
    private ulong _state = Mix((ulong)seed) ^ Mix(~(ulong)iteration);

    /// <summary>A number from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    private ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
