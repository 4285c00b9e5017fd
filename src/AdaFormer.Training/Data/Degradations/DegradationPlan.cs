using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Data.Degradations;

/// <summary>The degradations of one patch.</summary>
/// <param name="Blur">Standard deviation in pixels; 0: none.</param>
/// <param name="GaussianNoise">Standard deviation in grey levels; 0: none.</param>
/// <param name="PoissonNoise">Standard deviation in white, in grey levels; 0: none.</param>
/// <param name="Saves">The JPEG saves, in order.</param>
internal sealed record DegradationPlan(double Blur, double GaussianNoise, double PoissonNoise, IReadOnlyList<JpegSave> Saves)
{
    /// <summary>Whether the patch stays clean.</summary>
    public bool IsClean => Blur == 0 && GaussianNoise == 0 && PoissonNoise == 0 && Saves.Count == 0;

    /// <summary>Number of surrounding pixels that affect the patch.</summary>
    public int Margin => GaussianBlur.Radius(Blur) + Saves.Count * JpegSave.Grid;

    /// <summary>Draws a random plan.</summary>
    public static DegradationPlan Draw(DegradationConfiguration c, ref SampleRandom random)
    {
        var blur = Sometimes(c.BlurProbability, c.BlurSigma, ref random);
        var gaussian = Sometimes(c.GaussianNoiseProbability, c.GaussianNoiseSigma, ref random);
        var poisson = Sometimes(c.PoissonNoiseProbability, c.PoissonNoiseSigma, ref random);
        var saves = new List<JpegSave>();
        if (random.Chance(c.JpegProbability))
        {
            saves.Add(Save(c, ref random));
            if (random.Chance(c.SecondJpegProbability))
            {
                var second = Save(c, ref random);
                // Saved again as is, or cropped before. The first save moves the square by a whole unit, so the same phase is the same grid.
                saves.Add(random.Chance(0.5) ? second : second with { PhaseX = saves[0].PhaseX, PhaseY = saves[0].PhaseY });
            }
        }

        return new DegradationPlan(blur, gaussian, poisson, saves);
    }

    /// <summary>Degrades a square.</summary>
    /// <param name="planes">Red, green and blue in 0..1, (3, side, side); overwritten.</param>
    /// <param name="side">Side of the patch with <see cref="Margin"/> pixels on each side.</param>
    /// <param name="random">Source of the noise.</param>
    /// <returns>The patch without the margin, on 8-bit levels.</returns>
    public float[] Apply(float[] planes, int side, ref SampleRandom random)
    {
        if (Blur > 0)
        {
            planes = GaussianBlur.Interior(planes, side, Blur);
            side -= 2 * GaussianBlur.Radius(Blur);
        }

        if (PoissonNoise > 0)
            SensorNoise.AddPoisson(planes, PoissonNoise, ref random);
        if (GaussianNoise > 0)
            SensorNoise.AddGaussian(planes, GaussianNoise, ref random);
        foreach (var save in Saves)
        {
            planes = save.Interior(planes, side);
            side -= 2 * JpegSave.Grid;
        }

        for (var i = 0; i < planes.Length; i++)
            planes[i] = GreyLevel.Of(planes[i]) / 255f;
        return planes;
    }

    private static double Sometimes(double probability, NumberRange range, ref SampleRandom random) =>
        random.Chance(probability) ? random.Within(range) : 0;

    private static JpegSave Save(DegradationConfiguration c, ref SampleRandom random)
    {
        var (from, to) = ((int)Math.Ceiling(c.JpegQuality.From), (int)c.JpegQuality.To);
        return new JpegSave(
            from + random.Below(to - from + 1), random.Chance(c.FullChromaProbability), random.Below(JpegSave.Grid), random.Below(JpegSave.Grid));
    }
}

/// <summary>Sensor noise, separate for each colour.</summary>
internal static class SensorNoise
{
    private const double White = 255;

    /// <summary>Adds noise of the same strength everywhere.</summary>
    /// <param name="values">In 0..1.</param>
    /// <param name="sigma">Standard deviation in grey levels.</param>
    /// <param name="random">The random source.</param>
    public static void AddGaussian(Span<float> values, double sigma, ref SampleRandom random)
    {
        foreach (ref var value in values)
            value += (float)(sigma / White * random.Normal());
    }

    /// <summary>Simulates photon counting: a value becomes the number of events divided by white's expected number.</summary>
    /// <param name="values">In 0..1.</param>
    /// <param name="sigma">Standard deviation in white, in grey levels.</param>
    /// <param name="random">The random source.</param>
    public static void AddPoisson(Span<float> values, double sigma, ref SampleRandom random)
    {
        var ofWhite = White / sigma * (White / sigma);
        foreach (ref var value in values)
            value = (float)(random.Events(Math.Max(0, value) * ofWhite) / ofWhite);
    }
}
