using System.Globalization;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>Makes a large PNG by repeating a small one.</summary>
internal static class RepeatedPicture
{
    public static int Run(string[] args)
    {
        var picture = new PictureReader().Read(args[0]);
        var (width, height) = (int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
        using var file = File.Create(args[3]);
        using var writer = new PngWriter(file, width, height, picture.Layout, picture.BitDepth);
        var row = new Picture(width, 1, picture.Layout, picture.BitDepth);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < picture.Channels; channel++)
                    row[x, 0, channel] = picture[x % picture.Width, y % picture.Height, channel];
            }

            writer.WriteRow(row, 0);
        }

        writer.Complete();
        return 0;
    }
}
