using System.Globalization;
using System.Xml.Linq;
using AdaFormer.Plotting;

namespace AdaFormer.Tests.Plotting;

[TestClass]
public class LineChartTests
{
    [TestMethod]
    public void PointsLieWhereTheTicksSay()
    {
        var svg = Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(0, 10), (50, 25), (100, 30)]) { Markers = true }));

        var points = Series(svg).Elements().Single(e => e.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ').Select(Pair).ToArray();
        Assert.AreEqual(TickAt(svg, "x-tick", "0", "x"), points[0].X, 0.01);
        Assert.AreEqual(TickAt(svg, "x-tick", "100", "x"), points[2].X, 0.01);
        Assert.AreEqual((points[0].X + points[2].X) / 2, points[1].X, 0.01, "half way");
        Assert.AreEqual(TickAt(svg, "y-tick", "10", "y") - 4, points[0].Y, 0.01);
        Assert.AreEqual(TickAt(svg, "y-tick", "25", "y") - 4, points[1].Y, 0.01);
        Assert.IsLessThan(points[0].Y, points[1].Y, "larger values are higher up");
        Assert.AreEqual(3, Series(svg).Elements().Count(e => e.Name.LocalName == "circle"));
        CollectionAssert.AreEqual(new[] { "10", "15", "20", "25", "30" }, Texts(svg, "y-tick"));
    }

    [TestMethod]
    [DataRow(31.02, 31.37, new[] { "31", "31.1", "31.2", "31.3", "31.4" })]
    [DataRow(-3, 4, new[] { "-4", "-2", "0", "2", "4" })]
    [DataRow(0, 0.000123, new[] { "0", "5E-05", "0.0001", "0.00015" })]
    [DataRow(7, 7, new[] { "6", "6.5", "7", "7.5", "8" })]
    [DataRow(0, 0, new[] { "-1", "-0.5", "0", "0.5", "1" })]
    public void TicksAreRound(double from, double to, string[] ticks) =>
        CollectionAssert.AreEqual(ticks, Texts(Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(1, from), (2, to)]))), "y-tick"));

    [TestMethod]
    public void ALogarithmicAxisSpacesPowersOfTenEvenly()
    {
        var chart = new LineChart("t", "x", "y") { LogarithmicX = true };
        var svg = Draw(chart.Add(new ChartSeries("s", [(1, 0), (1000, 1)])));

        CollectionAssert.AreEqual(new[] { "1", "10", "100", "1000" }, Texts(svg, "x-tick"));
        var step = TickAt(svg, "x-tick", "10", "x") - TickAt(svg, "x-tick", "1", "x");
        Assert.AreEqual(step, TickAt(svg, "x-tick", "1000", "x") - TickAt(svg, "x-tick", "100", "x"), 0.01);
        Assert.Contains("x = 0", Assert.ThrowsExactly<ArgumentException>(() => chart.Add(new ChartSeries("zero", [(0, 1)]))).Message);
        CollectionAssert.AreEqual(new[] { "20", "50", "100" }, Texts(Draw(new LineChart("t", "x", "y") { LogarithmicX = true }.Add(new ChartSeries("s", [(12, 0), (130, 1)]))), "x-tick"));
    }

    [TestMethod]
    public void WhatIsNotANumberIsAGap()
    {
        var svg = Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(0, 1), (1, 2), (2, double.NaN), (3, 2), (4, double.PositiveInfinity), (5, 1), (6, 2)])));

        Assert.AreEqual(2, Series(svg).Elements().Count(e => e.Name.LocalName == "polyline"));
        Assert.AreEqual(1, Series(svg).Elements().Count(e => e.Name.LocalName == "circle"), "the point between the gaps");
        Assert.DoesNotContain("NaN", svg.ToString());
    }

    [TestMethod]
    public void AChartWithoutPointsSaysSo()
    {
        Assert.Contains("no data", Texts(Draw(new LineChart("t", "x", "y")), "label"));
        Assert.Contains("no data", Texts(Draw(new LineChart("t", "x", "y") { LogarithmicX = true }.Add(new ChartSeries("s", []))), "label"));
        Assert.DoesNotContain("no data", Texts(Draw(new LineChart("t", "x", "y").Add(new ChartSeries("s", [(1, 1)]))), "label"));
    }

    [TestMethod]
    public void TextIsEscapedAndLegendsWrap()
    {
        const string awkward = "a < b & \"c\" </svg>";
        var chart = new LineChart(awkward, awkward, awkward) { Width = 300 };
        for (var i = 0; i < 3; i++)
            chart.Add(new ChartSeries($"{awkward} {i}", [(i, i)]) { Dashed = i == 1 });
        var svg = Draw(chart);

        Assert.AreEqual(awkward, Texts(svg, "title").Single());
        CollectionAssert.AreEqual(new[] { $"{awkward} 0", $"{awkward} 1", $"{awkward} 2" }, Texts(svg, "legend"));
        Assert.AreEqual(3, svg.Descendants().Where(e => (string?)e.Attribute("class") == "legend").Select(e => e.Attribute("y")!.Value).Distinct().Count());
        Assert.AreEqual(1, svg.Descendants().Count(e => e.Attribute("stroke-dasharray") is not null), "the key; the series itself is a single point");
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

    private static XElement Series(XElement svg) => svg.Elements().Single(e => (string?)e.Attribute("class") == "series");

    private static string[] Texts(XElement svg, string kind) =>
        svg.Descendants().Where(e => e.Name.LocalName == "text" && (string?)e.Attribute("class") == kind).Select(e => e.Value).ToArray();

    private static double TickAt(XElement svg, string kind, string text, string coordinate) =>
        double.Parse(svg.Descendants().Single(e => (string?)e.Attribute("class") == kind && e.Value == text).Attribute(coordinate)!.Value, CultureInfo.InvariantCulture);

    private static (double X, double Y) Pair(string text)
    {
        var numbers = text.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
