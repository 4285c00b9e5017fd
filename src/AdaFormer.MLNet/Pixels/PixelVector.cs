using System.Numerics;
using AdaFormer.Imaging;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Pixels;

/// <summary>Reads vectors of pixels as created by ML.NET's ExtractPixels.</summary>
internal static class PixelVector
{
    // ExtractPixels puts alpha first.
    private static readonly int[] AlphaLast = [3, 0, 1, 2];

    /// <summary>Reads the pixels as a picture: grey, RGB, or RGBA with straight alpha.</summary>
    /// <exception cref="InvalidOperationException">The vector has a different length, or contains NaN.</exception>
    public static Picture Read<T>(VBuffer<T> vector, PixelVectorLayout layout)
        where T : INumber<T>
    {
        if (vector.Length != layout.Length)
            throw new InvalidOperationException($"A vector has {vector.Length} samples; expected {layout.Width}×{layout.Height}×{layout.Channels} = {layout.Length}.");
        VBuffer<T> dense = default;
        vector.CopyToDense(ref dense);
        var samples = dense.GetValues();
        var (width, height, channels) = (layout.Width, layout.Height, layout.Channels);
        var picture = new Picture(width, height, (PixelLayout)channels);
        var (step, plane) = layout.Interleaved ? (channels, 1) : (1, width * height);
        var scale = byte.MaxValue / layout.Maximum;
        for (var y = 0; y < height; y++)
        {
            var row = picture.Row8(y);
            for (var channel = 0; channel < channels; channel++)
            {
                var target = channels == 4 ? AlphaLast[channel] : channel;
                var source = samples[((y * width * step) + (channel * plane))..];
                for (var x = 0; x < width; x++)
                    row[(x * channels) + target] = Round(float.CreateTruncating(source[x * step]) * scale);
            }

            if (channels == 4)
                Unmultiply(row);
        }

        return picture;
    }

    private static byte Round(float sample) => float.IsNaN(sample)
        ? throw new InvalidOperationException("A vector of pixels contains NaN; expected samples from 0 to the layout's maximum.")
        : (byte)(Math.Clamp(sample, 0, byte.MaxValue) + 0.5f);

    private static void Unmultiply(Span<byte> row)
    {
        for (; row.Length > 0; row = row[4..])
        {
            for (var channel = 0; channel < 3; channel++)
                row[channel] = ImageBytes.Straight(row[channel], row[3]);
        }
    }
}
