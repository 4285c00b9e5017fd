namespace AdaFormer.Training.Data.Degradations;

/// <summary>What a sensor adds, to each colour on its own.</summary>
internal static class SensorNoise
{
    private const double White = 255;

    /// <summary>Noise of the same strength everywhere.</summary>
    /// <param name="values">In 0..1.</param>
    /// <param name="sigma">Standard deviation in grey levels.</param>
    /// <param name="random">Where it comes from.</param>
    public static void AddGaussian(Span<float> values, double sigma, ref SampleRandom random)
    {
        foreach (ref var value in values)
            value += (float)(sigma / White * random.Normal());
    }

    /// <summary>Counts light: a value becomes a number of events over how many white has.</summary>
    /// <param name="values">In 0..1.</param>
    /// <param name="sigma">Standard deviation in white, in grey levels.</param>
    /// <param name="random">Where it comes from.</param>
    public static void AddPoisson(Span<float> values, double sigma, ref SampleRandom random)
    {
        var ofWhite = White / sigma * (White / sigma);
        foreach (ref var value in values)
            value = (float)(random.Events(Math.Max(0, value) * ofWhite) / ofWhite);
    }
}
