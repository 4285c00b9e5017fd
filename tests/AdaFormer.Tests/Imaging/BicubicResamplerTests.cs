using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class BicubicResamplerTests
{
    public static IEnumerable<object[]> NamesAndFactors =>
        from name in new[] { "odd", "scene" }
        from factor in new[] { 2, 3, 4 }
        select new object[] { name, factor };

    [TestMethod]
    [DynamicData(nameof(NamesAndFactors))]
    public void Downscale_EqualsTheFixtures(string name, int factor) =>
        Pictures.AssertEqual(Pictures.Fixture($"{name}_x{factor}"), BicubicResampler.Downscale(Pictures.Fixture(name), factor));

    [TestMethod]
    [DynamicData(nameof(NamesAndFactors))]
    public void Upscale_CroppedToTheFirstSizeEqualsTheFixtures(string name, int factor)
    {
        var expected = Pictures.Fixture($"{name}_x{factor}_bicubic_back");
        var upscaled = BicubicResampler.Upscale(Pictures.Fixture($"{name}_x{factor}"), factor);
        Pictures.AssertEqual(expected, Pictures.Crop(upscaled, expected.Width, expected.Height));
    }

    [TestMethod]
    [RequiresData]
    [DataRow(2), DataRow(3), DataRow(4)]
    public void Downscale_EqualsSet5(int factor)
    {
        var set5 = Path.Combine(TestData.Folder!, "bench", "Set5");
        var names = Directory.GetFiles(Path.Combine(set5, "HR"), "*.png").Select(Path.GetFileName).ToList();
        Assert.HasCount(5, names);
        foreach (var name in names)
        {
            var high = Pictures.Read(Path.Combine(set5, "HR", name!));
            var cropped = Pictures.Crop(high, high.Width / factor * factor, high.Height / factor * factor);
            Pictures.AssertEqual(Pictures.Read(Path.Combine(set5, $"LRx{factor}", name!)), BicubicResampler.Downscale(cropped, factor), name);
        }
    }

    [TestMethod]
    [DataRow(1, 1), DataRow(7, 1), DataRow(1, 9), DataRow(5, 3), DataRow(31, 37), DataRow(13, 70)]
    public void AwkwardSizes_EqualThePlainRecipe(int width, int height)
    {
        foreach (var layout in Enum.GetValues<PixelLayout>())
        foreach (var bitDepth in new[] { 8, 16 })
        foreach (var factor in new[] { 1, 2, 3, 8 })
        {
            var picture = Pictures.Noise(width, height, layout, bitDepth);
            var message = $"{layout}, {bitDepth} bits, factor {factor}";
            Pictures.AssertEqual(PlainResize(picture, 1.0 / factor), BicubicResampler.Downscale(picture, factor), "down " + message);
            Pictures.AssertEqual(PlainResize(picture, factor), BicubicResampler.Upscale(picture, factor), "up " + message);
        }
    }

    [TestMethod]
    [DataRow(37, 23, 24, 15), DataRow(37, 23, 50, 32), DataRow(6, 4, 4, 3), DataRow(1, 9, 2, 18)]
    public void ToWidth_KeepsTheProportion(int width, int height, int newWidth, int newHeight)
    {
        var resized = BicubicResampler.ToWidth(Pictures.Noise(width, height, PixelLayout.Rgb, 8), newWidth);

        Assert.AreEqual((newWidth, newHeight), (resized.Width, resized.Height));
        Pictures.AssertEqual(PlainResize(Pictures.Noise(width, height, PixelLayout.Rgb, 8), (double)newWidth / width), resized);
    }

    [TestMethod]
    [DataRow(37, 23, 24, 60), DataRow(1, 9, 5, 1), DataRow(12, 8, 12, 8), DataRow(70, 13, 31, 40)]
    public void ToSize_ResizesEachAxisByItself(int width, int height, int newWidth, int newHeight)
    {
        foreach (var layout in Enum.GetValues<PixelLayout>())
        {
            var picture = Pictures.Noise(width, height, layout, 16);
            Pictures.AssertEqual(PlainResize(picture, newWidth, newHeight, (double)newWidth / width, (double)newHeight / height), BicubicResampler.ToSize(picture, newWidth, newHeight));
        }
    }

    [TestMethod]
    public void BadArguments_AreNamed()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.ToSize(Pictures.Noise(4, 4, PixelLayout.Gray, 8), 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.ToSize(Pictures.Noise(4, 4, PixelLayout.Gray, 8), 1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.ToWidth(Pictures.Noise(4, 4, PixelLayout.Gray, 8), 0));
        var picture = new Picture(3, 2, PixelLayout.Rgb);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.Downscale(picture, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.Upscale(picture, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.Upscale(picture, int.MaxValue / 2));
    }

    // imresize as its documentation tells it, a sample at a time.
    private static Picture PlainResize(Picture picture, double scale) =>
        PlainResize(picture, (int)Math.Ceiling(picture.Width * scale), (int)Math.Ceiling(picture.Height * scale), scale, scale);

    private static Picture PlainResize(Picture picture, int width, int height, double scaleX, double scaleY)
    {
        var tall = Pictures.Make(picture.Width, height, picture.Layout, picture.BitDepth,
            (x, y, channel) => PlainSample(i => picture[x, i, channel], picture.Height, y, scaleY, picture.MaxValue));
        return Pictures.Make(width, height, picture.Layout, picture.BitDepth,
            (x, y, channel) => PlainSample(i => tall[i, y, channel], picture.Width, x, scaleX, picture.MaxValue));
    }

    private static int PlainSample(Func<int, int> input, int length, int output, double scale, int max)
    {
        var stretch = Math.Min(scale, 1);
        var centre = (output + 1) / scale + 0.5 * (1 - 1 / scale);
        var left = (int)Math.Floor(centre - 2 / stretch);
        var taps = Enumerable.Range(left, (int)Math.Ceiling(4 / stretch) + 2).ToArray();
        var weights = taps.Select(tap => stretch * Keys(Math.Abs(stretch * (centre - tap)))).ToArray();
        var total = weights.Sum();
        var sum = taps.Zip(weights).Sum(pair => pair.Second / total * input(Reflect(pair.First - 1)));
        return (int)Math.Clamp(Math.Floor(sum + 0.5), 0, max);

        int Reflect(int i) => i < 0 ? Reflect(-1 - i) : i >= length ? Reflect(2 * length - 1 - i) : i;
    }

    private static double Keys(double a) => a <= 1 ? 1.5 * a * a * a - 2.5 * a * a + 1 : a <= 2 ? -0.5 * a * a * a + 2.5 * a * a - 4 * a + 2 : 0;
}
