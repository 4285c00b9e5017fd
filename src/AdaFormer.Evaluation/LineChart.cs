using System.Globalization;
using System.Xml.Linq;
using AdaFormer.Notebooks;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace AdaFormer.Evaluation;

/// <summary>A named line of a chart.</summary>
/// <param name="Name">Its name in the legend; an empty one has no entry.</param>
/// <param name="Points">Its points in drawing order; the line has a gap where a value is NaN or infinite.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Whether a line joins the points. Default: yes.</summary>
    public bool Line { get; init; } = true;

    /// <summary>Whether every point has a dot. Always the case in a series with a point that no line reaches. Default: no.</summary>
    public bool Markers { get; init; }

    /// <summary>Whether the line is dashed. Default: no.</summary>
    public bool Dashed { get; init; }
}

/// <summary>
/// A line chart as SVG, drawn by OxyPlot: transparent, readable on light and dark pages, standalone or within HTML. .NET Interactive
/// notebooks display it.
/// </summary>
/// <param name="title">Title above the chart.</param>
/// <param name="xLabel">Label below the horizontal axis.</param>
/// <param name="yLabel">Label next to the vertical axis.</param>
[TypeFormatterSource(typeof(FormatterSource), FormatterSource.MimeType)]
public sealed class LineChart(string title, string xLabel, string yLabel)
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly OxyColor Text = OxyColor.FromRgb(0x4b, 0x55, 0x63), Grid = OxyColor.FromArgb(0x44, 0x88, 0x88, 0x88);
    private static readonly OxyColor[] Colors =
        [.. new uint[] { 0x3b82d6, 0xe07b24, 0x2a9d5c, 0xd6455d, 0x9166cc, 0x1499a8, 0xa07a35, 0x7a8290 }.Select(rgb => OxyColor.FromUInt32(0xff000000 | rgb))];

    private readonly List<ChartSeries> _series = [];

    /// <summary>Width in pixels, at least 200. Default: 560.</summary>
    public int Width { get; init; } = 560;

    /// <summary>Height in pixels, at least 150. Default: 340.</summary>
    public int Height { get; init; } = 340;

    /// <summary>Whether the horizontal axis is logarithmic. Default: no.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Adds a series; its colour depends on the number of series before it.</summary>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">The horizontal axis is logarithmic and a point is not right of 0.</exception>
    public LineChart Add(ChartSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (LogarithmicX && series.Points.Where(point => point.X <= 0).Select(point => (double?)point.X).FirstOrDefault() is { } x)
            throw new ArgumentException($"The series '{series.Name}' has a point at x = {x.ToString(CultureInfo.InvariantCulture)}; a logarithmic axis needs x > 0.", nameof(series));
        _series.Add(series);
        return this;
    }

    /// <summary>Draws the chart.</summary>
    /// <returns>An <c>svg</c> element with its own size, style and title, the same at every call. If no series has a point, it says so.</returns>
    /// <exception cref="InvalidOperationException">The chart is too small to draw.</exception>
    public string ToSvg()
    {
        if (Width < 200 || Height < 150)
            throw new InvalidOperationException($"A chart of {Width}×{Height} pixels has no room for its labels; expected at least 200×150.");
        var model = new PlotModel
        {
            Culture = CultureInfo.InvariantCulture,
            DefaultFont = "system-ui,sans-serif",
            DefaultColors = Colors,
            TextColor = Text,
            Title = title,
            TitleFontSize = 14,
            TitleFontWeight = 600,
            Subtitle = _series.Any(series => series.Points.Any(IsFinite)) ? null : "no data",
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            PlotAreaBorderColor = OxyColors.Gray,
            Legends = { new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.TopLeft, LegendOrientation = LegendOrientation.Horizontal, LegendSymbolLength = 24 } },
        };
        model.Axes.Add(Styled(LogarithmicX ? new LogarithmicAxis { PowerPadding = false } : new LinearAxis(), AxisPosition.Bottom, xLabel));
        model.Axes.Add(Styled(new LinearAxis { MinimumPadding = 0.05, MaximumPadding = 0.05 }, AxisPosition.Left, yLabel));
        foreach (var series in _series)
            model.Series.Add(Drawn(series));
        return Finished(XElement.Parse(new SvgExporter { Width = Width, Height = Height, TextMeasurer = new Measurer() }.ExportToString(model))).ToString();
    }

    private static Axis Styled(Axis axis, AxisPosition position, string title)
    {
        (axis.Position, axis.Title, axis.TickStyle, axis.IntervalLength) = (position, title, TickStyle.None, position == AxisPosition.Left ? 45 : 90);
        (axis.MajorGridlineStyle, axis.MajorGridlineThickness, axis.MajorGridlineColor) = (LineStyle.Solid, 1, Grid);
        return axis;
    }

    private static LineSeries Drawn(ChartSeries series)
    {
        var points = series.Points;
        var alone = Enumerable.Range(0, points.Count).Any(i => IsFinite(points[i]) && (i == 0 || !IsFinite(points[i - 1])) && (i == points.Count - 1 || !IsFinite(points[i + 1])));
        var drawn = new LineSeries
        {
            Title = series.Name.Length > 0 ? series.Name : null,
            RenderInLegend = series.Name.Length > 0,
            LineStyle = series.Line ? LineStyle.Solid : LineStyle.None,
            Dashes = series.Dashed ? [5, 4] : null,
            StrokeThickness = series.Line ? 1.75 : 0,
            MarkerType = series.Markers || !series.Line || alone ? MarkerType.Circle : MarkerType.None,
        };
        drawn.Points.AddRange(points.Select(point => IsFinite(point) ? new DataPoint(point.X, point.Y) : DataPoint.Undefined));
        return drawn;
    }

    // Fixes what OxyPlot lacks: a page may contain several charts, whose clip paths would share their names, and may be dark; and SVG is also
    // drawn by programs other than browsers, which do not support other baselines.
    private XElement Finished(XElement svg)
    {
        foreach (var group in svg.Descendants(Svg + "g").ToArray())
            group.ReplaceWith(group.Nodes());
        svg.Elements(Svg + "defs").Remove();
        foreach (var baseline in svg.Descendants(Svg + "text").Attributes("dominant-baseline").ToArray())
        {
            baseline.Parent!.Add(new XAttribute("dy", baseline.Value == "hanging" ? ".8em" : ".35em"));
            baseline.Remove();
        }

        svg.Add(new XAttribute("class", "chart"), new XAttribute("role", "img"), new XAttribute("viewBox", $"0 0 {Width} {Height}"));
        svg.AddFirst(new XElement(Svg + "title", title), new XElement(Svg + "style", "@media(prefers-color-scheme:dark){.chart text{fill:#c3cad3}}"));
        return svg;
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    // Without it OxyPlot treats pixels as points, which makes texts a quarter narrower than they are; and many systems' fonts are wider than Helvetica.
    private sealed class Measurer() : PdfRenderContext(1, 1, OxyColors.White)
    {
        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight) =>
            base.MeasureText(text, fontFamily, 1.1 * fontSize * 96 / 72, fontWeight);
    }

    private sealed class FormatterSource
    {
        public const string MimeType = "image/svg+xml";

        public IEnumerable<object> CreateTypeFormatters() => [new TypeFormatter<LineChart>(MimeType, chart => chart.ToSvg())];
    }
}
