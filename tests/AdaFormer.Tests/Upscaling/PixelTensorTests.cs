using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class PixelTensorTests
{
    [TestMethod]
    [DataRow(13, 7, PixelLayout.Rgb)]
    [DataRow(13, 7, PixelLayout.Rgba)]
    [DataRow(1, 1, PixelLayout.Rgb)]
    [DataRow(150, 121, PixelLayout.Rgb)]
    public void ValuesAreClampedAndRoundedHalfUp(int width, int height, PixelLayout layout)
    {
        const int scale = 2;
        var picture = new Picture(scale * width, scale * height, layout);
        var plane = picture.Width * picture.Height;
        var random = new Random(1);
        float[] special = [-0.1f, 0, 1, 1.5f, 0.5f / 255, 1.5f / 255, 1e-9f, -1e30f, 1e30f];
        var tensor = Enumerable.Range(0, 3 * plane).Select(index => index % 5 == 0 ? special[random.Next(special.Length)] : random.NextSingle()).ToArray();

        PixelTensor.Write(() => tensor, new PictureBand(picture, 0), new Tile(0, 0, width, height, 0, 0, width, height), scale, neutral: false);

        for (var index = 0; index < tensor.Length; index++)
        {
            var pixel = index % plane;
            Assert.AreEqual((byte)((Math.Clamp(tensor[index], 0, 1) * 255) + 0.5f), picture[pixel % picture.Width, pixel / picture.Width, index / plane]);
        }
    }
}
