namespace AdaFormer;

/// <summary>The small pictures that models of other makers are tried on, and what is read from the results.</summary>
internal static class TrialPicture
{
    private const int Width = 96;
    private const int Height = 28;
    private const int LargestMultiple = 128;
    // Half a level of 8 bits: what differs by less is not seen.
    private const float Visible = 0.5f / byte.MaxValue;

    /// <summary>The sizes to try, with the number that divides them and hardly any other does.</summary>
    public static IEnumerable<(int Multiple, int Width, int Height)> Sizes(PixelInterface form)
    {
        if (form is { FixedWidth: > 0, FixedHeight: > 0 })
            return [(1, form.FixedWidth, form.FixedHeight)];
        IEnumerable<(int Multiple, int Width, int Height)> free =
        [
            (1, PrimeFrom(Width), PrimeFrom(Height)),
            (1, PrimeFrom(Width + 40), PrimeFrom(Height + 40)), // for models with a smallest size
            .. Enumerable.Range(2, LargestMultiple - 1).Where(IsUsual).Select(multiple => (multiple, multiple * PrimeFrom(Width / multiple), multiple * PrimeFrom(Height / multiple))),
        ];
        return free.Select(size => (size.Multiple, form.FixedWidth > 0 ? form.FixedWidth : size.Width, form.FixedHeight > 0 ? form.FixedHeight : size.Height));
    }

    /// <summary>(3, height, width): waves with some noise, the same every time.</summary>
    public static float[] Of(int width, int height, bool grey)
    {
        var picture = new float[3 * width * height];
        var random = new Random(1);
        for (var index = 0; index < picture.Length; index++)
        {
            var (channel, y, x) = (grey ? 0 : index / (width * height), index / width % height, index % width);
            picture[index] = (float)(0.45 + (0.05 * channel) + (0.3 * Math.Sin((x / 7.0) + channel) * Math.Cos(y / 5.0)) + (0.02 * (random.NextDouble() - 0.5)));
        }

        if (grey)
        {
            picture.AsSpan(0, width * height).CopyTo(picture.AsSpan(width * height));
            picture.AsSpan(0, width * height).CopyTo(picture.AsSpan(2 * width * height));
        }

        return picture;
    }

    /// <summary>(3, height, width): hard edges and noise, where networks look the furthest.</summary>
    public static float[] Busy(int width, int height, bool grey)
    {
        var picture = new float[3 * width * height];
        var random = new Random(1);
        var blocks = Enumerable.Range(0, 1 << 10).Select(_ => random.NextDouble()).ToArray();
        for (var index = 0; index < picture.Length; index++)
        {
            var (channel, y, x) = (index / (width * height), index / width % height, index % width);
            picture[index] = grey && channel > 0
                ? picture[index - (width * height)]
                : (float)((0.6 * blocks[(((y / 4) * 31) + (x / 5) + (7 * channel)) % blocks.Length]) + (0.4 * random.NextDouble()));
        }

        return picture;
    }

    /// <summary>The same picture with other content left of a column.</summary>
    public static float[] InvertLeft(float[] picture, int width, int column) =>
        [.. picture.Select((value, index) => index % width < column ? 1 - value : value)];

    /// <summary>How far a result, brought back to the input's size, is from the input: 0 for an equal one, about 1 for an unrelated one.</summary>
    public static double Difference(float[] picture, float[] result, PixelRange range, int width, int height, int scale)
    {
        double error = 0, spread = 0;
        var mean = picture.Average();
        for (var index = 0; index < picture.Length; index++)
        {
            var (line, x) = (index / width, index % width);
            var sum = 0.0;
            for (var y = line * scale; y < (line + 1) * scale; y++)
            {
                for (var column = x * scale; column < (x + 1) * scale; column++)
                    sum += result[(y * width * scale) + column];
            }

            error += Math.Pow((((sum / (scale * scale)) - range.Black()) / (range.White() - range.Black())) - picture[index], 2);
            spread += Math.Pow(picture[index] - mean, 2);
        }

        return Math.Sqrt(error / spread);
    }

    /// <summary>
    /// How many input pixels right of a border two results still differ. Differences that are everywhere, as those of a mean over the whole
    /// picture, are no matter of the distance and do not count.
    /// </summary>
    public static int Reach(float[] before, float[] after, int width, int border, int scale)
    {
        var differences = new float[(width - border) / scale];
        for (var index = 0; index < before.Length; index++)
        {
            var distance = ((index % width) - border) / scale;
            if (index % width >= border && distance < differences.Length)
                differences[distance] = Math.Max(differences[distance], Math.Abs(before[index] - after[index]));
        }

        var everywhere = differences[^Math.Max(1, differences.Length / 4)..].Max();
        return Array.FindLastIndex(differences, difference => difference > Math.Max(Visible, 2 * everywhere)) + 1;
    }

    private static bool IsUsual(int multiple) => multiple <= 16 || int.IsPow2(multiple) || (multiple % 8 == 0 && multiple <= 64);

    private static int PrimeFrom(int number)
    {
        while (number > 3 && Enumerable.Range(2, (int)Math.Sqrt(number) - 1).Any(divisor => number % divisor == 0))
            number++;
        return Math.Max(1, number);
    }
}
