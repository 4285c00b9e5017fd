namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class TileTests
{
    [TestMethod]
    [DataRow(1, 1, 64, 8)]
    [DataRow(64, 64, 64, 8)]
    [DataRow(65, 64, 64, 8)]
    [DataRow(79, 97, 32, 8)]
    [DataRow(200, 31, 48, 13)]
    [DataRow(1000, 777, 128, 32)]
    [DataRow(100, 100, 8, 0)]
    public void CoresCoverThePictureOnceAndTilesStayInside(int width, int height, int size, int overlap)
    {
        var covered = new int[width * height];
        foreach (var tile in Tile.Cut(width, height, size, overlap, window: 8))
        {
            Assert.IsTrue(tile.Width <= size && tile.Height <= size, $"{tile} is larger than {size}");
            Assert.IsTrue(tile.X >= 0 && tile.Y >= 0 && tile.X + tile.Width <= width && tile.Y + tile.Height <= height, $"{tile} leaves the picture");
            Assert.AreEqual(0, (tile.X % 8) + (tile.Y % 8), "windows stay where they are in the whole picture");
            Assert.IsTrue(tile.X == 0 || tile.CoreX - tile.X >= overlap, $"{tile} lacks overlap on the left");
            Assert.IsTrue(tile.X + tile.Width == width || tile.X + tile.Width - tile.CoreX - tile.CoreWidth >= overlap, $"{tile} lacks overlap on the right");
            for (var y = tile.CoreY; y < tile.CoreY + tile.CoreHeight; y++)
            {
                for (var x = tile.CoreX; x < tile.CoreX + tile.CoreWidth; x++)
                    covered[(y * width) + x]++;
            }
        }

        Assert.IsTrue(covered.All(times => times == 1));
    }
}
