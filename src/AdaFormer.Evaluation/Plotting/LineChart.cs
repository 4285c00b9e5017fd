using System.Globalization;
using System.Xml.Linq;
using AdaFormer.Notebooks;

namespace AdaFormer.Plotting;

/// <summary>A line chart as SVG: transparent, readable on light and dark pages, by itself or within HTML. Notebooks of .NET Interactive show it.</summary>
[TypeFormatterSource(typeof(LineChartFormatterSource), LineChartFormatterSource.MimeType)]
public sealed class LineChart
{
    private const double Left = 72, Right = 16, Bottom = 46, TitleHeight = 26, LegendRow = 18, LetterWidth = 6.6, KeyWidth = 22;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Colors = ["#3b82d6", "#e07b24", "#2a9d5c", "#d6455d", "#9166cc", "#1499a8", "#a07a35", "#7a8290"];

    // Of the page's own where it is dark, so that a chart needs no second file.
    private const string Style =
        ".chart text{font:12px system-ui,sans-serif;fill:#4b5563}.chart .title{font-size:14px;font-weight:600}" +
        ".chart .grid{stroke:#8888;stroke-width:.5}.chart .frame{stroke:#888;stroke-width:1}" +
        "@media(prefers-color-scheme:dark){.chart text{fill:#c3cad3}}";

    private readonly List<ChartSeries> _series = [];

    /// <summary>Makes an empty chart.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="xLabel">Below the horizontal axis.</param>
    /// <param name="yLabel">Beside the vertical axis.</param>
    public LineChart(string title, string xLabel, string yLabel)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xLabel);
        ArgumentNullException.ThrowIfNull(yLabel);
        (Title, XLabel, YLabel) = (title, xLabel, yLabel);
    }

    /// <summary>The text above the chart.</summary>
    public string Title { get; }

    /// <summary>The text below the horizontal axis.</summary>
    public string XLabel { get; }

    /// <summary>The text beside the vertical axis.</summary>
    public string YLabel { get; }

    /// <summary>Width in pixels, at least 200. Default: 560.</summary>
    public int Width { get; init; } = 560;

    /// <summary>Height in pixels, at least 150. Default: 340.</summary>
    public int Height { get; init; } = 340;

    /// <summary>Whether the horizontal axis is logarithmic. Default: no.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Adds a series; its colour follows from how many there are.</summary>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">The horizontal axis is logarithmic and a point is not right of 0.</exception>
    public LineChart Add(ChartSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        foreach (var (x, _) in series.Points)
        {
            if (LogarithmicX && x <= 0)
                throw new ArgumentException($"The series '{series.Name}' has a point at x = {x.ToString(CultureInfo.InvariantCulture)}; a logarithmic axis needs x > 0.", nameof(series));
        }

        _series.Add(series);
        return this;
    }

    /// <summary>Draws the chart.</summary>
    /// <returns>An <c>svg</c> element with its own size, style and title. Where no series has a point it says so.</returns>
    /// <exception cref="InvalidOperationException">The chart is too small to draw.</exception>
    public string ToSvg()
    {
        if (Width < 200 || Height < 150)
            throw new InvalidOperationException($"A chart of {Width}×{Height} pixels has no room for its labels; expected at least 200×150.");
        var (legend, rows) = Legend();
        var points = _series.SelectMany(series => series.Points).Where(IsFinite).ToArray();
        (double From, double To) across = (Left, Width - Right), up = (Height - Bottom, TitleHeight + (rows * LegendRow) + 10);
        double[] xs = [.. points.Select(point => point.X)], ys = [.. points.Select(point => point.Y)];
        var x = LogarithmicX ? ChartAxis.Logarithmic(xs, across) : ChartAxis.Linear(xs, across, toTicks: false);
        var y = ChartAxis.Linear(ys, up, toTicks: true);
        return new XElement(
            Svg + "svg",
            new XAttribute("class", "chart"), new XAttribute("role", "img"),
            new XAttribute("width", Width), new XAttribute("height", Height), new XAttribute("viewBox", $"0 0 {Width} {Height}"),
            new XElement(Svg + "title", Title),
            new XElement(Svg + "style", Style),
            Text("title", Width / 2.0, 18, "middle", Title),
            legend,
            y.Ticks.SelectMany(tick => new[] { Stroke("grid", across.From, y.Pixel(tick), across.To, y.Pixel(tick)), Text("y-tick", Left - 6, y.Pixel(tick) + 4, "end", Number(tick)) }),
            x.Ticks.SelectMany(tick => new[] { Stroke("grid", x.Pixel(tick), up.From, x.Pixel(tick), up.To), Text("x-tick", x.Pixel(tick), up.From + 16, "middle", Number(tick)) }),
            Stroke("frame", across.From, up.From, across.To, up.From),
            Stroke("frame", across.From, up.From, across.From, up.To),
            Text("label", (across.From + across.To) / 2, Height - 8, "middle", XLabel),
            Turned(Text("label", 14, (up.From + up.To) / 2, "middle", YLabel)),
            points.Length == 0 ? Text("label", (across.From + across.To) / 2, (up.From + up.To) / 2, "middle", "no data") : null,
            _series.Select((series, index) => Draw(series, Colors[index % Colors.Length], x, y))).ToString();
    }

    private static XElement Draw(ChartSeries series, string color, ChartAxis x, ChartAxis y)
    {
        var group = new XElement(Svg + "g", new XAttribute("class", "series"), new XAttribute("fill", color));
        var run = new List<(double X, double Y)>();
        foreach (var point in series.Points.Append((double.NaN, double.NaN)))
        {
            if (IsFinite(point))
            {
                run.Add((x.Pixel(point.Item1), y.Pixel(point.Item2)));
                continue;
            }

            if (series.Line && run.Count > 1)
                group.Add(Line(series, color, string.Join(' ', run.Select(p => $"{Number(p.X)},{Number(p.Y)}"))));
            if (series.Markers || !series.Line || run.Count == 1)
                group.Add(run.Select(p => Dot(p.X, p.Y)));
            run.Clear();
        }

        return group;
    }

    private (List<XElement> Elements, int Rows) Legend()
    {
        var elements = new List<XElement>();
        var (x, row) = (Left, 0);
        foreach (var (series, color) in _series.Select((series, index) => (series, Colors[index % Colors.Length])).Where(item => item.series.Name.Length > 0))
        {
            var width = KeyWidth + 6 + (series.Name.Length * LetterWidth) + 14;
            if (x > Left && x + width > Width)
                (x, row) = (Left, row + 1);
            var y = TitleHeight + (row * LegendRow) + 8;
            if (series.Line)
                elements.Add(Line(series, color, $"{Number(x)},{Number(y)} {Number(x + KeyWidth)},{Number(y)}"));
            if (series.Markers || !series.Line)
                elements.Add(new XElement(Svg + "g", new XAttribute("fill", color), Dot(x + (KeyWidth / 2), y)));
            elements.Add(Text("legend", x + KeyWidth + 6, y + 4, "start", series.Name));
            x += width;
        }

        return (elements, elements.Count == 0 ? 0 : row + 1);
    }

    private static XElement Line(ChartSeries series, string color, string points) => new(
        Svg + "polyline", new XAttribute("points", points), new XAttribute("fill", "none"), new XAttribute("stroke", color),
        new XAttribute("stroke-width", 1.75), new XAttribute("stroke-linejoin", "round"),
        series.Dashed ? new XAttribute("stroke-dasharray", "5 4") : null);

    private static XElement Dot(double x, double y) =>
        new(Svg + "circle", new XAttribute("cx", Number(x)), new XAttribute("cy", Number(y)), new XAttribute("r", 3));

    private static XElement Stroke(string kind, double x1, double y1, double x2, double y2) => new(
        Svg + "line", new XAttribute("class", kind),
        new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)), new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)));

    private static XElement Text(string kind, double x, double y, string anchor, string text) => new(
        Svg + "text", new XAttribute("class", kind), new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    private static XElement Turned(XElement text)
    {
        text.SetAttributeValue("transform", $"rotate(-90 {text.Attribute("x")!.Value} {text.Attribute("y")!.Value})");
        return text;
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) is >= 1e-4 and < 1e9 ? "0.######" : "G6", CultureInfo.InvariantCulture);
}
