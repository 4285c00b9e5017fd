using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class HaltingMapTests
{
    [TestMethod]
    public void SharesCountTokensAndBlocks()
    {
        var map = Map([0, 1, 2, 4], [4, 4, 3, 2]);

        Assert.AreEqual(1 - (20 / 32.0), map.HaltedShare, 1e-12);
        Assert.AreEqual(1 / 8.0, map.HaltedShareOf(0));
        Assert.AreEqual(5 / 8.0, map.HaltedShareOf(3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => map.HaltedShareOf(4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => map[4, 0]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => map[0, 2]);
    }

    [TestMethod]
    public void TheHeatMapIsBlueWhereTokensLeftAndRedWhereTheyStayed()
    {
        var picture = new Picture(4, 2, PixelLayout.Rgb);

        var drawn = HaltingHeatMap.Draw(Map([0, 0, 4, 4], [0, 0, 4, 4]), picture, 4);

        Assert.AreEqual((16, 8), (drawn.Width, drawn.Height));
        Assert.IsGreaterThan(drawn[0, 0, 0], drawn[0, 0, 2]);
        Assert.IsGreaterThan(drawn[15, 7, 2], drawn[15, 7, 0]);
        Assert.ThrowsExactly<ArgumentException>(() => HaltingHeatMap.Draw(Map([0, 0, 4, 4], [0, 0, 4, 4]), new Picture(3, 2, PixelLayout.Rgb), 4));
    }

    [TestMethod]
    public void DepthsThatWereComputedElsewhereMakeAMap()
    {
        var map = new HaltingMap(3, 2, 4, [0, 1, 2, 3, 4, 4]);

        Assert.AreEqual((2, 3, 4), (map[2, 0], map[0, 1], map[2, 1]));
        Assert.AreEqual(0.5, map.HaltedShareOf(2));
        Assert.Contains("3×2", Assert.ThrowsExactly<ArgumentException>(() => new HaltingMap(3, 2, 4, [0, 1, 2])).Message);
        Assert.Contains("up to 5", Assert.ThrowsExactly<ArgumentException>(() => new HaltingMap(1, 2, 4, [0, 5])).Message);
    }

    private static HaltingMap Map(params byte[][] rows)
    {
        var map = new HaltingMap(rows[0].Length, rows.Length, blocks: 4);
        for (var y = 0; y < rows.Length; y++)
            rows[y].CopyTo(map.WritableRow(y));
        return map;
    }
}
