using AdaFormer.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Images in memory, and what the runtime itself makes of them.</summary>
internal static class Images
{
    private static readonly Lazy<Upscaler> Runtime = new(() => new Upscaler(UpscalingModel.LoadBuiltIn(new ModelOptions { Device = Device.Cpu })));

    /// <summary>A picture of smooth and busy parts, the same every time.</summary>
    public static Picture Picture(int width, int height, PixelLayout layout = PixelLayout.Rgb, Func<int, int, int>? alpha = null, int seed = 0)
    {
        var picture = new Picture(width, height, layout);
        var random = new Random((width * 1000) + height + seed);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < picture.Channels; channel++)
                {
                    var value = x < width / 2 ? 0.5 + (0.4 * Math.Sin((x + (2 * y) + channel) / 9.0)) : random.NextDouble();
                    picture[x, y, channel] = channel == 3 ? alpha!(x, y) : (int)(value * 255);
                }
            }
        }

        return picture;
    }

    /// <summary>The picture as an image with premultiplied colours.</summary>
    public static MLImage Image(Picture picture, MLPixelFormat format = MLPixelFormat.Rgba32)
    {
        var bytes = new byte[picture.Width * picture.Height * 4];
        var (red, blue) = format == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        for (var index = 0; index < picture.Width * picture.Height; index++)
        {
            var (x, y) = (index % picture.Width, index / picture.Width);
            var alpha = picture.Channels == 4 ? picture[x, y, 3] : 255;
            bytes[(4 * index) + red] = Premultiplied(picture[x, y, 0], alpha);
            bytes[(4 * index) + 1] = Premultiplied(picture[x, y, 1], alpha);
            bytes[(4 * index) + blue] = Premultiplied(picture[x, y, 2], alpha);
            bytes[(4 * index) + 3] = (byte)alpha;
        }

        return MLImage.CreateFromPixels(picture.Width, picture.Height, format, bytes);
    }

    public static MLImage Image(int width, int height) => Image(Picture(width, height));

    /// <summary>What the runtime gives, as the bytes of an image.</summary>
    public static byte[] Upscaled(Picture picture, MLPixelFormat format = MLPixelFormat.Rgba32)
    {
        using var image = Image(Upscale(picture).Picture, format);
        return image.Pixels.ToArray();
    }

    public static UpscaleResult Upscale(Picture picture) => Runtime.Value.Upscale(picture);

    /// <summary>What the runtime gives with another built-in model, as the bytes of an image.</summary>
    public static byte[] Upscaled(Picture picture, string model)
    {
        using var loaded = UpscalingModel.LoadByName(model, new ModelOptions { Device = Device.Cpu });
        using var image = Image(new Upscaler(loaded).Upscale(picture).Picture);
        return image.Pixels.ToArray();
    }

    /// <summary>A part of the project's own scene, of 96×80 pixels.</summary>
    public static Picture Scene()
    {
        var scene = new PictureReader().Read(Path.Combine(TestData.Repository, "samples", "scene-small.png"));
        var part = new Picture(96, 80, PixelLayout.Rgb);
        for (var y = 0; y < part.Height; y++)
            scene.Row8(y + 60)[..(3 * part.Width)].CopyTo(part.Row8(y));
        return part;
    }

    public static IDataView Load<T>(MLContext context, params T[] rows)
        where T : class
    {
        // A row with an image of unknown size needs the type's registration, which comes with the first use of the catalog's method.
        context.Transforms.AdaFormerUpscale("Large");
        return context.Data.LoadFromEnumerable(rows);
    }

    /// <summary>The bytes of the images of a column, null where there is none.</summary>
    public static List<byte[]?> Pixels(IDataView data, string column)
    {
        var pixels = new List<byte[]?>();
        using var cursor = data.GetRowCursor([data.Schema[column]]);
        var getter = cursor.GetGetter<MLImage>(data.Schema[column]);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getter(ref image!);
            pixels.Add(image?.Pixels.ToArray());
            image = null;
        }

        return pixels;
    }

    private static byte Premultiplied(int color, int alpha) => (byte)Math.Round(color * alpha / 255.0);
}
