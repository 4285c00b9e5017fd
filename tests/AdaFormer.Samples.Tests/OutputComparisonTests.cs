using System.Text.Json.Nodes;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>What the comparison of notebooks lets pass, and what it does not.</summary>
[TestClass]
public class OutputComparisonTests
{
    [TestMethod]
    [DataRow("25.71 dB, 17 % saved", "25.72 dB, 16 % saved", true)]
    [DataRow("25.71 dB", "25.73 dB", false)]
    [DataRow("17 % saved", "19 % saved", false)]
    [DataRow("  9 %\n 10 %\n", " 10 %\n 10 %\n", true)]
    [DataRow("960×640 pixels", "961×640 pixels", false)]
    [DataRow("Image: Image", "Image: Vector", false)]
    public void PrintedNumbersMayDifferInTheirLastDigitIfTheyWereRounded(string saved, string actual, bool agree) =>
        Assert.AreEqual(agree, Differences(Printed(saved), Printed(actual)) == 0);

    [TestMethod]
    [DataRow("0.31 s for 7", "12.04 s for 9", true)]
    [DataRow("0.31 s", "0.31 ms", false)]
    public void TimesMayDiffer(string saved, string actual, bool agree) =>
        Assert.AreEqual(agree, Differences(Printed(saved), Printed(actual), timed: true) == 0);

    [TestMethod]
    [DataRow(2, 13 * 11, true)]
    [DataRow(100, 1, true)]
    [DataRow(100, 2, false)]
    public void PicturesMayDifferLittleOrInFewPlaces(int levels, int pixels, bool agree)
    {
        var actual = Pictures.Gradient(13, 11);
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var before = actual[pixel % 13, pixel / 13, channel];
                actual[pixel % 13, pixel / 13, channel] = before + levels <= 255 ? before + levels : before - levels;
            }
        }

        Assert.AreEqual(agree, Differences(Shown("image/png", Pictures.Gradient(13, 11)), Shown("image/png", actual)) == 0);
        Assert.AreEqual(1, Differences(Shown("image/png", Pictures.Gradient(13, 11)), Shown("image/png", Pictures.Gradient(11, 13))));
    }

    [TestMethod]
    public void OtherKindsOfOutputsDiffer()
    {
        var picture = Pictures.Gradient(2, 3);

        Assert.AreEqual(1, Differences(Printed("a"), []));
        Assert.AreEqual(1, Differences(Shown("image/png", picture), Printed("a"), timed: true));
        Assert.AreEqual(1, Differences(Shown("image/png", picture), Shown("image/jpeg", picture), timed: true));
    }

    private static int Differences(JsonArray saved, JsonArray actual, bool timed = false) => OutputComparison.Differences(saved, actual, timed).Count();

    private static JsonArray Printed(string text) => [new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = text }];

    private static JsonArray Shown(string mimeType, Picture picture)
    {
        using var png = new MemoryStream();
        PngFile.Save(picture, png);
        return [new JsonObject { ["data"] = new JsonObject { [mimeType] = Convert.ToBase64String(png.ToArray()) }, ["output_type"] = "display_data" }];
    }
}
