using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Training.Data.Degradations;

namespace AdaFormer.Training.Tests.Data.Degradations;

[TestClass]
public sealed class JpegSaveTests
{
    private const int Side = 71;
    private const int Inner = Side - 2 * JpegSave.Grid;

    // ITU-T T.81, table K.1: the luminance steps at quality 50.
    private static readonly int[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    [TestMethod]
    [DataRow(35, 0, 0)]
    [DataRow(35, 5, 14)]
    [DataRow(60, 3, 8)]
    [DataRow(75, 15, 1)]
    public void GreyBlocksLieOnTheStepsOfTheirQualityAtTheirPhase(int quality, int phaseX, int phaseY)
    {
        var result = new JpegSave(quality, FullChroma: true, phaseX, phaseY).Interior(Grey(Pictures.Noise(Side, Side, 3)), Side);
        // The interior begins a whole unit of 16 pixels right of the square, so the grid lies in it as in the square.
        Assert.IsLessThan(0.6, DistanceFromSteps(result, quality, phaseX % 8, phaseY % 8), "Rounding to 8 bits alone is left.");
        Assert.IsGreaterThan(2, DistanceFromSteps(result, quality, (phaseX + 3) % 8, phaseY % 8), "There is no grid elsewhere.");
    }

    [TestMethod]
    [DataRow(7, 12)]
    [DataRow(0, 3)]
    public void HalvedColoursArePairsAtThePhase(int phaseX, int phaseY)
    {
        var planes = Planes(Pictures.Noise(Side, Side, 4));
        var halved = new JpegSave(90, FullChroma: false, phaseX, phaseY).Interior(planes, Side);
        var full = new JpegSave(90, FullChroma: true, phaseX, phaseY).Interior(planes, Side);
        Assert.IsLessThan(1.5, ChromaWithinPairs(halved, phaseX % 2));
        Assert.IsGreaterThan(8, ChromaWithinPairs(halved, (phaseX + 1) % 2));
        Assert.IsGreaterThan(8, ChromaWithinPairs(full, phaseX % 2));
    }

    [TestMethod]
    public void AtTheBestQualityLittleChanges()
    {
        var scene = Pictures.Scene(Side, Side, 1);
        var result = new JpegSave(100, FullChroma: true, 9, 4).Interior(Planes(scene), Side);
        for (var y = 0; y < Inner; y++)
        {
            for (var x = 0; x < Inner; x++)
                Assert.AreEqual(scene[x + JpegSave.Grid, y + JpegSave.Grid, 1], result[Inner * Inner + y * Inner + x] * 255, 3, $"({x}, {y})");
        }
    }

    [TestMethod]
    public void AWholePictureIsWhatItsSquareIs()
    {
        var scene = Pictures.Scene(Side, Side, 2);
        var save = new JpegSave(50, FullChroma: false, 0, 0);
        var whole = JpegRoundTrip.Apply(scene, save.Quality, save.FullChroma);
        Assert.AreEqual((Side, Side), (whole.Width, whole.Height));
        var interior = save.Interior(Planes(scene), Side);
        for (var y = 0; y < Inner; y++)
        {
            for (var x = 0; x < Inner; x++)
                Assert.AreEqual(whole[x + JpegSave.Grid, y + JpegSave.Grid, 0], interior[y * Inner + x] * 255, 1e-3);
        }
    }

    // The mean distance of the blocks' cosine coefficients from the nearest multiple of their step, where steps are larger than rounding.
    private static double DistanceFromSteps(float[] planes, int quality, int phaseX, int phaseY)
    {
        var scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var (sum, count) = (0.0, 0);
        for (var top = phaseY; top + 8 <= Inner; top += 8)
        {
            for (var left = phaseX; left + 8 <= Inner; left += 8)
            {
                for (var k = 0; k < 64; k++)
                {
                    var step = Math.Clamp((Luminance[k] * scale + 50) / 100, 1, 255);
                    if (step < 10)
                        continue;
                    var coefficient = Coefficient(planes, left, top, k % 8, k / 8);
                    sum += Math.Abs(coefficient - step * Math.Round(coefficient / step));
                    count++;
                }
            }
        }

        return sum / count;
    }

    private static double Coefficient(float[] planes, int left, int top, int u, int v)
    {
        var sum = 0.0;
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
                sum += (planes[(top + y) * Inner + left + x] * 255 - 128) * Math.Cos((2 * x + 1) * u * Math.PI / 16) * Math.Cos((2 * y + 1) * v * Math.PI / 16);
        }

        return sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1);
    }

    // The mean difference of R − G within horizontal pairs, where nothing was clipped: of it only chroma is left.
    private static double ChromaWithinPairs(float[] planes, int phase)
    {
        var differences = new List<double>();
        for (var y = 0; y < Inner; y++)
        {
            for (var x = phase; x + 1 < Inner; x += 2)
            {
                var i = y * Inner + x;
                if (new[] { 0, 1 }.All(c => new[] { i, i + 1 }.All(at => planes[c * Inner * Inner + at] is > 0 and < 1)))
                    differences.Add(Math.Abs(Chroma(i) - Chroma(i + 1)));
            }
        }

        return differences.Average();

        double Chroma(int i) => 255.0 * (planes[i] - planes[Inner * Inner + i]);
    }

    private static float[] Planes(Picture picture)
    {
        var planes = new float[3 * Side * Side];
        for (var i = 0; i < planes.Length; i++)
            planes[i] = picture[i % Side, i / Side % Side, i / (Side * Side)] / 255f;
        return planes;
    }

    private static float[] Grey(Picture picture)
    {
        var planes = Planes(picture);
        // Not so strong that it is clipped.
        var one = planes[..(Side * Side)].Select(value => 0.3f + 0.4f * value).ToArray();
        return [.. one, .. one, .. one];
    }
}
