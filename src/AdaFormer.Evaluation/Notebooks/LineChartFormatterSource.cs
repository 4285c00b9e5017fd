using AdaFormer.Plotting;

namespace AdaFormer.Notebooks;

/// <summary>Charts as SVG.</summary>
internal sealed class LineChartFormatterSource
{
    public const string MimeType = "image/svg+xml";

    public IEnumerable<object> CreateTypeFormatters() => [new TypeFormatter<LineChart>(MimeType, chart => chart.ToSvg())];
}
