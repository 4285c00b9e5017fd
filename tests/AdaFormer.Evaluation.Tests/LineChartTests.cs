using System.Globalization;
using System.Xml.Linq;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class LineChartTests
{
    [TestMethod]
    public void PointsLieWhereTheTicksSay()
    {
        var svg = Draw(new LineChart("t", "x", "y").Add(new ChartSeries("", [(0, 10), (50, 25), (100, 30)]) { Markers = true }));

        var points = Lines(svg).Single().Attribute("points")!.Value.Split(' ').Select(Pair).ToArray();
        Assert.AreEqual(At(svg, "0").X, points[0].X, 0.01);
        Assert.AreEqual(At(svg, "100").X, points[2].X, 0.01);
        Assert.AreEqual((points[0].X + points[2].X) / 2, points[1].X, 0.01, "half way");
        Assert.AreEqual(At(svg, "10").Y, points[0].Y, 0.01);
        Assert.AreEqual(At(svg, "25").Y, points[1].Y, 0.01);
        Assert.IsLessThan(points[0].Y, points[1].Y, "larger values are higher up");
        Assert.AreEqual(3, Dots(svg).Count());
        foreach (var text in new[] { "t", "x", "y" })
            Assert.Contains(text, Texts(svg));
    }

    [TestMethod]
    [DataRow(31.02, 31.37), DataRow(-3, 4), DataRow(0, 0.000123), DataRow(0, 2000000), DataRow(7, 7), DataRow(0, 0)]
    public void EveryRangeHasTicks(double from, double to)
    {
        var ticks = Texts(Draw(new LineChart("t", "x", "y").Add(new ChartSeries("", [(1, from), (2, to)])))).Where(text => text.Length > 1).ToArray();

        Assert.IsGreaterThan(2, ticks.Length);
        Assert.HasCount(ticks.Length, ticks.Distinct().ToArray());
    }

    [TestMethod]
    public void ALogarithmicAxisSpacesPowersOfTenEvenly()
    {
        var chart = new LineChart("t", "x", "y") { LogarithmicX = true };
        var svg = Draw(chart.Add(new ChartSeries("s", [(1, 0.25), (1000, 0.75)])));

        Assert.AreEqual(At(svg, "10").X - At(svg, "1").X, At(svg, "1000").X - At(svg, "100").X, 0.01);
        Assert.Contains("x = 0", Assert.ThrowsExactly<ArgumentException>(() => chart.Add(new ChartSeries("zero", [(0, 1)]))).Message);
    }

    [TestMethod]
    public void WhatIsNotANumberIsAGap()
    {
        var svg = Draw(new LineChart("t", "x", "y").Add(new ChartSeries("", [(0, 1), (1, 2), (2, double.NaN), (3, 2), (4, double.PositiveInfinity), (5, 1), (6, 2)])));

        CollectionAssert.AreEqual(new[] { 2, 1, 2 }, Lines(svg).Select(line => line.Attribute("points")!.Value.Split(' ').Length).ToArray());
        Assert.AreEqual(5, Dots(svg).Count(), "or the point between the gaps would not be seen");
        Assert.DoesNotContain("NaN", svg.ToString());
    }

    [TestMethod]
    public void AChartWithoutPointsSaysSo()
    {
        Assert.Contains("no data", Texts(Draw(new LineChart("t", "x", "y"))));
        Assert.Contains("no data", Texts(Draw(new LineChart("t", "x", "y") { LogarithmicX = true }.Add(new ChartSeries("s", [])))));
        Assert.DoesNotContain("no data", Texts(Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(1, 1)])))));
    }

    [TestMethod]
    public void TextIsEscapedAndLegendsWrap()
    {
        const string awkward = "a < b & \"c\" </svg>";
        var chart = new LineChart(awkward, awkward, awkward) { Width = 300 };
        for (var i = 0; i < 3; i++)
            chart.Add(new ChartSeries($"{awkward} {i}", [(i, i)]) { Dashed = i == 1 });
        var svg = Draw(chart);

        Assert.AreEqual(awkward, svg.Elements().First().Value, "the title by which it is read out");
        Assert.AreEqual(3, Texts(svg).Count(text => text == awkward));
        Assert.AreEqual(3, Enumerable.Range(0, 3).Select(i => At(svg, $"{awkward} {i}").Y).Distinct().Count());
        Assert.IsTrue(svg.Descendants().Any(e => ((string?)e.Attribute("style"))?.Contains("stroke-dasharray", StringComparison.Ordinal) == true));
    }

    [TestMethod]
    public void NothingInItIsCalledAsInAnotherChartOfThePage()
    {
        var svg = Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(0, 1), (1, 2)])));

        Assert.IsEmpty(svg.DescendantsAndSelf().Attributes("id"));
        Assert.DoesNotContain("url(", svg.ToString());
    }

    [TestMethod]
    public void TheCultureDoesNotMatter()
    {
        var chart = new LineChart("t", "x", "y").Add(new ChartSeries("s", [(0.25, 1.5), (1.75, 2.5)]));
        var expected = chart.ToSvg();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.AreEqual(expected, chart.ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void ATinyChartIsRefused() =>
        Assert.Contains("200×150", Assert.ThrowsExactly<InvalidOperationException>(() => new LineChart("t", "x", "y") { Width = 100 }.ToSvg()).Message);

    private static XElement Draw(LineChart chart) => XElement.Parse(chart.ToSvg());

    // The grid's lines are crisp, and the legend's have no joints.
    private static IEnumerable<XElement> Lines(XElement svg) =>
        svg.Elements().Where(e => e.Name.LocalName == "polyline" && e.Attribute("style")!.Value.Contains("stroke-linejoin", StringComparison.Ordinal));

    private static IEnumerable<XElement> Dots(XElement svg) => svg.Elements().Where(e => e.Name.LocalName == "ellipse");

    private static string[] Texts(XElement svg) => [.. svg.Elements().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static (double X, double Y) At(XElement svg, string text) =>
        Pair(svg.Elements().Single(e => e.Name.LocalName == "text" && e.Value == text).Attribute("transform")!.Value.Split('(', ')')[1]);

    private static (double X, double Y) Pair(string text)
    {
        var numbers = text.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
