using AdaFormer.Imaging;

namespace AdaFormer.Evaluation;

/// <summary>Noise that is equal in light and dark parts, to measure models on camera-like pictures.</summary>
public static class GaussianNoise
{
    /// <summary>Adds noise to a picture, the same at every call.</summary>
    /// <param name="picture">Any picture; alpha is unchanged.</param>
    /// <param name="sigma">Standard deviation in grey levels of 8 bits, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not a number.</exception>
    public static Picture Add(Picture picture, double sigma)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (!(sigma >= 0))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected a standard deviation of at least 0.");
        var noisy = new Picture(picture.Width, picture.Height, picture.Layout, picture.BitDepth);
        var random = new Random(1);
        var colors = picture.Channels - (picture.Layout.HasAlpha() ? 1 : 0);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                for (var channel = 0; channel < picture.Channels; channel++)
                {
                    var value = (double)picture[x, y, channel];
                    if (channel < colors)
                        value = Math.Clamp(Math.Round(value + (Normal(random) * sigma * picture.MaxValue / byte.MaxValue)), 0, picture.MaxValue);
                    noisy[x, y, channel] = (int)value;
                }
            }
        }

        return noisy;
    }

    // Box and Muller, 1958.
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
