using System.Diagnostics;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Which cells are refined, beside a plain choice among all that are left.</summary>
[TestClass]
public class RefinementPlanTests
{
    private const int Cell = DetailMap.CellSize;

    [TestMethod]
    [DataRow(1, 1, 1), DataRow(97, 79, 20), DataRow(161, 333, 48), DataRow(33, 500, 7), DataRow(640, 640, 96)]
    public void WhatIsChosenAnewIsTheMostDetailOfWhatIsLeft(int width, int height, int stripHeight)
    {
        var random = new Random(width);
        var details = DetailMap.Of(new PictureRows(Noise(width, height, random)), default);
        var plan = new RefinementPlan(details);
        var cells = details.Columns * details.Rows;
        var expected = new bool[cells];
        var settled = 0;
        for (var top = 0; top < height; top += stripHeight)
        {
            var share = random.NextDouble();
            plan.Choose(share);
            var open = Enumerable.Range(settled, cells - settled).OrderByDescending(details.Score).ToArray();
            Assert.AreEqual(open.Sum(details.PixelsOf), plan.OpenPixels);
            var room = share * plan.OpenPixels;
            foreach (var cell in open)
            {
                expected[cell] = room >= details.PixelsOf(cell) / 2.0;
                room -= details.PixelsOf(cell);
            }

            for (var cell = 0; cell < cells; cell++)
                Assert.AreEqual(expected[cell], plan.IsRefined(cell % details.Columns * Cell, cell / details.Columns * Cell), $"{cell} from row {top}");
            var bottom = Math.Min(top + stripHeight, height);
            plan.Settle(bottom);
            while (settled < cells && settled / details.Columns * Cell < bottom)
                settled++;
        }

        Assert.AreEqual(0, plan.OpenPixels);
    }

    [TestMethod]
    public void AHundredThousandStripsTakeNoMoreThanAMoment()
    {
        const int Strips = 100_000;
        var plan = new RefinementPlan(DetailMap.Of(new PictureRows(new Picture(1, Strips * Cell, PixelLayout.Gray)), default));
        var clock = Stopwatch.StartNew();
        for (var strip = 0; strip < Strips; strip++)
        {
            plan.Choose(0.3);
            plan.Settle((strip + 1) * Cell);
        }

        Assert.IsLessThan(5, clock.Elapsed.TotalSeconds);
    }

    private static Picture Noise(int width, int height, Random random)
    {
        var picture = new Picture(width, height, PixelLayout.Gray);
        for (var y = 0; y < height; y++)
            random.NextBytes(picture.Row8(y));
        return picture;
    }
}
