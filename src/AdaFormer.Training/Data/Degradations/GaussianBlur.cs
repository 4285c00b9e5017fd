namespace AdaFormer.Training.Data.Degradations;

/// <summary>A slight blur, like that of a lens or of another program's downscaling.</summary>
internal static class GaussianBlur
{
    /// <summary>Radius in pixels; 0 for a deviation of 0.</summary>
    public static int Radius(double sigma) => (int)Math.Ceiling(3 * sigma);

    /// <summary>Blurs a square; the result lacks the radius on each side.</summary>
    /// <param name="planes">(3, side, side).</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="sigma">Standard deviation in pixels.</param>
    public static float[] Interior(float[] planes, int side, double sigma)
    {
        var weights = Weights(sigma);
        var inner = side - weights.Length + 1;
        var rows = new float[3 * side * inner];                 // (3, side, inner)
        for (var row = 0; row < 3 * side; row++)
        {
            for (var x = 0; x < inner; x++)
            {
                for (var i = 0; i < weights.Length; i++)
                    rows[row * inner + x] += weights[i] * planes[row * side + x + i];
            }
        }

        var result = new float[3 * inner * inner];
        for (var row = 0; row < 3 * inner; row++)
        {
            var source = (row / inner * side + row % inner) * inner;
            for (var i = 0; i < weights.Length; i++)
            {
                for (var x = 0; x < inner; x++)
                    result[row * inner + x] += weights[i] * rows[source + i * inner + x];
            }
        }

        return result;
    }

    private static float[] Weights(double sigma)
    {
        var radius = Radius(sigma);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(x => Math.Exp(-x * x / (2 * sigma * sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / sum))];
    }
}
