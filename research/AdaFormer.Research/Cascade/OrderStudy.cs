using AdaFormer.Evaluation;
using AdaFormer.Imaging;

namespace AdaFormer.Research.Cascade;

/// <summary>
/// In which order a second model should refine a picture's cells: the share of its gain in PSNR on Y that the first cells of each order keep,
/// if both models' pictures are put together cell by cell. Means over pictures.
/// </summary>
internal sealed class OrderStudy(UpscalingModel first, UpscalingModel second)
{
    private const int Cell = 32, Reduction = 4, Seed = 1;

    /// <summary>The shares of the cells that are looked at.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.1, 0.25, 0.5];

    private readonly Dictionary<string, double[]> _kept = [];
    private int _pictures;

    /// <summary>The share of the gain that is kept, by order, at each of <see cref="Shares"/>.</summary>
    public IEnumerable<(string Order, double[] Kept)> Kept => _kept.Select(order => (order.Key, order.Value.Select(sum => sum / _pictures).ToArray()));

    /// <summary>Measures a picture.</summary>
    public void Add(EvaluationPair pair)
    {
        var scale = first.Description.Scale;
        var easy = new Upscaler(first).Upscale(pair.Input);
        var (original, one, other) = (new Plane(pair.Original), new Plane(easy.Picture), new Plane(new Upscaler(second).Upscale(pair.Input).Picture));
        var bicubic = new Plane(BicubicResampler.Upscale(pair.Input, scale));
        var small = BicubicResampler.Downscale(PictureCrop.ToMultipleOf(pair.Input, Reduction), Reduction);
        var input = new Plane(pair.Input);
        var again = new Plane(BicubicResampler.Upscale(small, Reduction));
        var smallEasy = scale == Reduction ? new Plane(new Upscaler(first).Upscale(small).Picture) : again;
        var cells = new Cells(pair.Input.Width, pair.Input.Height);
        var (before, after) = (cells.Sum(scale, (x, y) => Square(one[x, y] - original[x, y])), cells.Sum(scale, (x, y) => Square(other[x, y] - original[x, y])));
        var detail = cells.Sum(1, (x, y) => Square((4 * input[x, y]) - input[x - 1, y] - input[x + 1, y] - input[x, y - 1] - input[x, y + 1]));
        var added = cells.Sum(scale, (x, y) => Math.Abs(one[x, y] - bicubic[x, y]));
        var depth = cells.Sum(1, (x, y) => easy.HaltingDepth[x, y]);
        var orders = new Dictionary<string, double[]>
        {
            ["what the first model adds to bicubic"] = added,
            ["the same, on the input reduced by 4"] = cells.Sum(1, (x, y) => Math.Abs(smallEasy[x, y] - again[x, y])),
            ["what reducing by 4 loses"] = cells.Sum(1, (x, y) => Math.Abs(input[x, y] - again[x, y])),
            ["mean square of the Laplacian"] = detail,
            ["halting depth"] = depth,
            ["what the first model adds, times halting depth"] = [.. added.Zip(depth, (sum, work) => sum * (1 + work))],
            ["by the true error (bound)"] = [.. before.Zip(after, (error, less) => error - less)],
            ["at random"] = Random(before.Length),
        };
        foreach (var (name, scores) in orders)
            Add(name, scores, cells, before, after);
        _pictures++;
    }

    private void Add(string name, double[] scores, Cells cells, double[] before, double[] after)
    {
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(cell => scores[cell] / cells.Pixels(cell)).ToArray();
        var kept = _kept.TryGetValue(name, out var known) ? known : _kept[name] = new double[Shares.Count];
        var (all, none) = (Math.Log10(after.Sum()), Math.Log10(before.Sum()));
        for (var i = 0; i < Shares.Count; i++)
        {
            var refined = order.Take((int)Math.Round(Shares[i] * order.Length));
            kept[i] += (none - Math.Log10(before.Sum() - refined.Sum(cell => before[cell] - after[cell]))) / (none - all);
        }
    }

    private static double[] Random(int count)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
    }

    private static double Square(double value) => value * value;

    /// <summary>Y of a picture, continued beyond its edges by its last pixels.</summary>
    private sealed class Plane(Picture picture)
    {
        public double this[int x, int y]
        {
            get
            {
                (x, y) = (Math.Clamp(x, 0, picture.Width - 1), Math.Clamp(y, 0, picture.Height - 1));
                return picture.Layout.IsGray()
                    ? picture[x, y, 0] * 219.0 / picture.MaxValue
                    : ((65.481 * picture[x, y, 0]) + (128.553 * picture[x, y, 1]) + (24.966 * picture[x, y, 2])) / picture.MaxValue;
            }
        }
    }

    private sealed class Cells(int width, int height)
    {
        private readonly int _columns = ((width - 1) / Cell) + 1;
        private readonly int _rows = ((height - 1) / Cell) + 1;

        public int Pixels(int cell) => Math.Min(Cell, width - (cell % _columns * Cell)) * Math.Min(Cell, height - (cell / _columns * Cell));

        public double[] Sum(int scale, Func<int, int, double> value)
        {
            var sums = new double[_columns * _rows];
            for (var y = 0; y < height * scale; y++)
            {
                for (var x = 0; x < width * scale; x++)
                    sums[(y / scale / Cell * _columns) + (x / scale / Cell)] += value(x, y);
            }

            return sums;
        }
    }
}
