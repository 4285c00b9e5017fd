using System.Globalization;

namespace AdaFormer.Files;

/// <summary>The target size of a picture. The input's proportions are always kept.</summary>
public sealed class TargetSize
{
    private readonly double? _factor;
    private readonly int? _width;
    private readonly int? _height;

    private TargetSize(double? factor, int? width, int? height) => (_factor, _width, _height) = (factor, width, height);

    /// <summary>A multiple of the input's size, each side rounded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a number above 0.</exception>
    public static TargetSize Scaled(double factor) => double.IsFinite(factor) && factor > 0
        ? new TargetSize(factor, null, null)
        : throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a number above 0, such as 2.5.");

    /// <summary>A width in pixels, the height in proportion.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static TargetSize OfWidth(int width) => new(null, Side(width), null);

    /// <summary>A height in pixels, the width in proportion.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static TargetSize OfHeight(int height) => new(null, null, Side(height));

    /// <summary>The largest size that fits into width × height pixels: one side is exact, the other in proportion.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public static TargetSize Within(int width, int height) => new(null, Side(width), Side(height));

    /// <summary>The target size in pixels of an input of this size; no side is below 1.</summary>
    /// <exception cref="UpscalingException">A side would exceed the maximum picture size.</exception>
    public (int Width, int Height) Of(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        // Compared without division, so that the limiting side is exact.
        var byWidth = _height is null || (_width is { } w && _height is { } h && (long)w * height <= (long)h * width);
        return (_factor, byWidth) switch
        {
            ({ } factor, _) => (Rounded(width * factor), Rounded(height * factor)),
            (_, true) => (_width!.Value, Rounded((double)height * _width.Value / width)),
            _ => (Rounded((double)width * _height!.Value / height), _height.Value),
        };
    }

    /// <summary>Text for file names, such as <c>x2.5</c>, <c>w1920</c>, <c>h1080</c> or <c>1920x1080</c>.</summary>
    public override string ToString() => (_factor, _width, _height) switch
    {
        ({ } factor, _, _) => string.Create(CultureInfo.InvariantCulture, $"x{factor}"),
        (_, { } width, { } height) => $"{width}x{height}",
        (_, { } width, _) => $"w{width}",
        _ => $"h{_height}",
    };

    private static int Side(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        return side;
    }

    private static int Rounded(double side) => Math.Round(side, MidpointRounding.AwayFromZero) is <= int.MaxValue and var rounded
        ? Math.Max(1, (int)rounded)
        : throw new UpscalingException($"A side of {side:F0} pixels is too long; the maximum is {int.MaxValue}. Choose a smaller size.");
}
