using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>Pictures drawn by code, and what the runtime makes of them.</summary>
internal static class Pictures
{
    private static readonly Lazy<Upscaler> Runtime = new(() => new Upscaler(UpscalingModel.LoadBuiltIn(new ModelOptions { Device = Device.Cpu })));

    public static Picture Gradient(int width, int height)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        for (var index = 0; index < width * height * 3; index++)
            picture[index / 3 % width, index / 3 / width, index % 3] = (7 * index * (1 + (index % 3))) % 256;
        return picture;
    }

    public static Picture Upscale(Picture picture) => Runtime.Value.Upscale(picture).Picture;

    public static Picture Read(string path) => new PictureReader().Read(path);

    public static void Save(Picture picture, string path)
    {
        using var file = File.Create(path);
        PngFile.Save(picture, file);
    }

    /// <summary>Red, green and blue are the same.</summary>
    public static void AssertEqual(Picture expected, Picture actual)
    {
        Assert.AreEqual((expected.Width, expected.Height), (actual.Width, actual.Height));
        for (var index = 0; index < expected.Width * expected.Height * 3; index++)
        {
            var (x, y, channel) = (index / 3 % expected.Width, index / 3 / expected.Width, index % 3);
            Assert.AreEqual(expected[x, y, channel], actual[x, y, channel], $"({x}, {y}), channel {channel}");
        }
    }
}
