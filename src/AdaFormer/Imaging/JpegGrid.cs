using System.Numerics;
using System.Runtime.Intrinsics;

namespace AdaFormer.Imaging;

/// <summary>
/// The grid of 8×8 pixels that JPEG compression leaves in a picture, found by the effect of quantization: the blocks that were compressed
/// have more zero DCT coefficients than any other 8×8 pixels. After ZERO (Nikoukhah et al. 2021, doi:10.5201/ipol.2021.390), on squares
/// that do not overlap and have one vote each; squares that are constant along a side have none, so that 8×8 pixel art is not taken for JPEG.
/// </summary>
/// <param name="X">The column where blocks begin, 0 to 7.</param>
/// <param name="Y">The row where blocks begin, 0 to 7.</param>
internal readonly record struct JpegGrid(int X, int Y)
{
    private const int Block = 8, Phases = Block * Block;

    // Large enough that every phase of the grid has one block in it.
    private const int Square = (2 * Block) - 1;

    // More squares add nothing: 20 squares suffice to detect a picture of quality 97.
    private const int MaximumSquares = 512;

    // Expected number of phases of a clean picture that reach as many votes by chance.
    private const double MaximumFalseAlarms = 1e-6;

    // Content drawn in 8×8 cells, such as letters or game tiles, gives up to a third of the votes to one phase; a JPEG more than half.
    private const double LeastShare = 0.4;

    // For each of 8 samples its share in the 8 coefficients of the orthonormal DCT (ITU-T T.81, A.3.3), each also repeated 8 times.
    private static readonly Vector256<float>[] Cosines = [.. Enumerable.Range(0, Block).Select(sample => Vector256.Create([.. Enumerable.Range(0, Block).Select(frequency => Cosine(sample, frequency))]))];
    private static readonly Vector256<float>[] CosinesByFrequency = [.. Enumerable.Range(0, Phases).Select(index => Vector256.Create(Cosine(index % Block, index / Block)))];

    /// <summary>Finds the grid.</summary>
    /// <param name="rows">The picture, whose rows are read.</param>
    /// <param name="cancellationToken">Stops at the next row.</param>
    /// <returns>The grid; <see langword="null"/> if none is visible, because the picture never was a JPEG, was one of the best quality, or was resampled since.</returns>
    /// <exception cref="PictureFormatException">The data is damaged.</exception>
    public static JpegGrid? Find(IPictureRows rows, CancellationToken cancellationToken = default)
    {
        var info = rows.Info;
        var (across, down) = (info.Width / Square, info.Height / Square);
        if (across == 0 || down == 0)
            return null;
        var step = (int)Math.Ceiling(Math.Sqrt(Math.Max(1, (double)across * down / MaximumSquares)));
        var row = info.NewPicture(1);
        var luma = new float[((across - 1) / step) + 1][];
        for (var index = 0; index < luma.Length; index++)
            luma[index] = new float[Square * Square];
        var votes = new int[Phases];
        for (var y = 0; y < down * Square; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.ReadRow(row, 0);
            if (y / Square % step != 0)
                continue;
            for (var index = 0; index < luma.Length; index++)
            {
                var left = index * step * Square;
                Luma(row, left, luma[index].AsSpan(y % Square * Square, Square));
                if (y % Square == Square - 1)
                    Vote(luma[index], left, y - Square + 1, votes);
            }
        }

        return Decide(votes);
    }

    private static JpegGrid? Decide(int[] votes)
    {
        var (all, most) = (votes.Sum(), votes.Max());
        if (most == 0)
            return null;
        var (share, chance) = ((double)most / all, 1.0 / Phases);
        if (share < LeastShare)
            return null;
        // Chernoff bound of the binomial tail.
        var divergence = (share * Math.Log(share / chance)) + (share == 1 ? 0 : (1 - share) * Math.Log((1 - share) / (1 - chance)));
        var winner = Array.IndexOf(votes, most);
        return Phases * Math.Exp(-all * divergence) < MaximumFalseAlarms ? new JpegGrid(winner % Block, winner / Block) : null;
    }

    // The block with the most zeros gets the square's vote, if it is unique and not flat.
    private static void Vote(ReadOnlySpan<float> luma, int left, int top, int[] votes)
    {
        Span<Vector256<float>> horizontal = stackalloc Vector256<float>[Square * Block];
        for (var y = 0; y < Square; y++)
        {
            var row = luma.Slice(y * Square, Square);
            for (var x = 0; x < Block; x++)
            {
                var sum = Vector256<float>.Zero;
                for (var i = 0; i < Block; i++)
                    sum += Cosines[i] * row[x + i];
                horizontal[(x * Square) + y] = sum;
            }
        }

        var (best, most, unique) = (0, 0, false);
        for (var index = 0; index < Phases; index++)
        {
            var zeros = Zeros(horizontal.Slice((index % Block * Square) + (index / Block), Block), out var flat);
            if (zeros > most)
                (best, most, unique) = (index, zeros, !flat);
            else if (zeros == most)
                unique = false;
        }

        if (unique)
            votes[((top + (best / Block)) % Block * Block) + ((left + (best % Block)) % Block)]++;
    }

    private static int Zeros(ReadOnlySpan<Vector256<float>> horizontal, out bool flat)
    {
        const uint Constant = 1;
        var half = Vector256.Create(0.5f);
        var (zeros, alongX, alongY) = (0, 0u, 0u);
        for (var v = 0; v < Block; v++)
        {
            var sum = Vector256<float>.Zero;
            for (var i = 0; i < Block; i++)
                sum += CosinesByFrequency[(v * Block) + i] * horizontal[i];
            var others = (~Vector256.LessThan(Vector256.Abs(sum), half)).ExtractMostSignificantBits();
            zeros += Block - BitOperations.PopCount(others);
            alongX |= others & ~Constant;
            if (v > 0)
                alongY |= others;
        }

        flat = alongX == 0 || alongY == 0;
        return zeros;
    }

    // JPEG's Y, which is what was quantized (ITU-T T.871).
    private static void Luma(Picture row, int left, Span<float> luma)
    {
        var (channels, scale) = (row.Channels, 255f / row.MaxValue);
        if (row.BitDepth == 8)
            Take<byte>(row.Row8(0)[(left * channels)..], luma);
        else
            Take<ushort>(row.Row16(0)[(left * channels)..], luma);

        void Take<T>(ReadOnlySpan<T> samples, Span<float> values) where T : INumber<T>
        {
            for (var x = 0; x < values.Length; x++)
            {
                var pixel = samples.Slice(x * channels, channels);
                values[x] = scale * (row.Layout.IsGray() ? Value(pixel[0]) : (0.299f * Value(pixel[0])) + (0.587f * Value(pixel[1])) + (0.114f * Value(pixel[2])));
            }
        }

        static float Value<T>(T sample) where T : INumber<T> => float.CreateTruncating(sample);
    }

    private static float Cosine(int sample, int frequency) =>
        (float)(Math.Cos(((2 * sample) + 1) * frequency * Math.PI / (2 * Block)) * Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Block));
}
