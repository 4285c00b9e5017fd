using AdaFormer.Imaging;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Reports;

/// <summary>The most detailed square of a validation picture, for visual inspection.</summary>
internal sealed class SampleCrop
{
    // In high-resolution pixels.
    private const int Side = 128;

    // The surroundings that the network sees, in low-resolution pixels, as with tiles.
    private const int Surroundings = 32;

    private readonly PicturePair _pair;
    private readonly int _scale;

    public SampleCrop(string name, PicturePair pair)
    {
        (Name, _pair) = (name, pair);
        _scale = pair.High.Width / pair.Low.Width;
        Width = Math.Min(Side / _scale, pair.Low.Width);
        Height = Math.Min(Side / _scale, pair.Low.Height);
        (X, Y) = Busiest();
    }

    /// <summary>The picture's file name.</summary>
    public string Name { get; }

    /// <summary>The square's left column and top row, width and height, in low-resolution pixels.</summary>
    public int X { get; }

    public int Y { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bicubic interpolation, the network's result, the original, and the halting map if the network halts.</summary>
    public IReadOnlyList<(string Title, Picture Picture)> Draw(ITrainableNetwork network)
    {
        using var scope = NewDisposeScope();
        var window = network.SizeMultiple;
        // Starts at a multiple of the window, so that windows see the same as in the whole picture.
        var (left, top) = (Math.Max(0, X - Surroundings) / window * window, Math.Max(0, Y - Surroundings) / window * window);
        var (right, bottom) = (Math.Min(_pair.Low.Width, X + Width + Surroundings), Math.Min(_pair.Low.Height, Y + Height + Surroundings));
        var low = PictureCrop.Part(_pair.Low, left, top, right - left, bottom - top);
        var output = network.Upscale(PictureTensor.From(low).to(network.Module.parameters().First().device));
        return
        [
            ("bicubic", Cut(BicubicResampler.Upscale(low, _scale))),
            ("network", Cut(PictureTensor.ToPicture(output.Images))),
            ("original", PictureCrop.Part(_pair.High, X * _scale, Y * _scale, Width * _scale, Height * _scale)),
            .. output.HaltingDepth is { } depth ? [("halting map", Cut(HeatMap(depth)))] : Array.Empty<(string, Picture)>(),
        ];

        Picture HeatMap(Tensor depth)
        {
            using var depths = depth.to(ScalarType.Byte).cpu().contiguous();
            return HaltingHeatMap.Draw(new HaltingMap(low.Width, low.Height, network.HaltingBlocks, depths.data<byte>().ToArray()), low, _scale);
        }

        Picture Cut(Picture large) => PictureCrop.Part(large, (X - left) * _scale, (Y - top) * _scale, Width * _scale, Height * _scale);
    }

    private (int X, int Y) Busiest() => (
        from y in Starts(_pair.Low.Height, Height)
        from x in Starts(_pair.Low.Width, Width)
        select (x, y)).MaxBy(start => Detail(_pair.High, start.x * _scale, start.y * _scale, Width * _scale, Height * _scale));

    private static IEnumerable<int> Starts(int length, int side) =>
        Enumerable.Range(0, ((length - side) / Math.Max(1, side / 2)) + 1).Select(i => i * Math.Max(1, side / 2));

    // The energy of the differences between neighbours: unlike the variance it finds texture, not one strong edge between flat parts.
    private static double Detail(Picture picture, int left, int top, int width, int height)
    {
        var sum = 0.0;
        for (var y = top; y < top + height; y++)
        {
            var row = picture.Row8(y).Slice(3 * left, 3 * width);
            var above = picture.Row8(Math.Max(top, y - 1)).Slice(3 * left, 3 * width);
            for (var i = 3; i < row.Length; i++)
                sum += ((row[i] - row[i - 3]) * (row[i] - row[i - 3])) + ((row[i] - above[i]) * (row[i] - above[i]));
        }

        return sum;
    }
}
