using System.Collections.Concurrent;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Pixels;

/// <summary>
/// An extra row of an image, so that ResizeImages copies it. An image of the right size would be returned as is and disposed on the next
/// call, even if two transforms read the column or one reads it twice. ResizeImages picks the nearest rows, which drops one: that is the
/// spare one, and the copy is exact.
/// </summary>
internal static class SpareRow
{
    private static readonly ConcurrentDictionary<int, int> Known = [];

    /// <summary>The index of the row that is dropped of height + 1 rows, found by trial: where the middle lies depends on rounding.</summary>
    /// <exception cref="InvalidOperationException">ML.NET no longer picks nearest rows.</exception>
    public static int Of(int height) => Known.GetOrAdd(height, Find);

    private static int Find(int height)
    {
        var numbers = new byte[(height + 1) * 4];
        for (var row = 0; row <= height; row++)
            BitConverter.TryWriteBytes(numbers.AsSpan(4 * row), row | (0xff << 24));
        using var numbered = MLImage.CreateFromPixels(1, height + 1, MLPixelFormat.Rgba32, numbers);
        ImageTypes.RegisterUnsized();
        var context = new MLContext();
        var data = context.Data.LoadFromEnumerable([new NumberedRow { Image = numbered }]);
        var resized = context.Transforms.ResizeImages(nameof(NumberedRow.Image), 1, height, resizing: ImageResizingEstimator.ResizingKind.Fill).Fit(data).Transform(data);
        using var kept = resized.GetColumn<MLImage>(nameof(NumberedRow.Image)).Single();
        int[] rows = [.. Enumerable.Range(0, height).Select(row => BitConverter.ToInt32(kept.Pixels[(4 * row)..]) & 0xffffff)];
        return rows.Zip(rows.Skip(1)).All(pair => pair.First < pair.Second)
            ? Enumerable.Range(0, height + 1).Except(rows).Single()
            : throw new InvalidOperationException("ML.NET's ResizeImages does not resize with 'Fill' as this package expects. Use matching versions of Microsoft.ML and AdaFormer.MLNet.");
    }

    private sealed class NumberedRow
    {
        public MLImage? Image { get; set; }
    }
}
