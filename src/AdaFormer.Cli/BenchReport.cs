using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer.Evaluation;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli;

/// <summary>A model in a comparison, with its results and its costs.</summary>
/// <param name="OnFront">Whether no other model of its scale is both better and faster; null without originals.</param>
internal sealed record BenchRow(ModelResult Result, double? PeakMegabytes, bool? OnFront)
{
    public static IReadOnlyList<BenchRow> Of(IReadOnlyList<ModelResult> results, IReadOnlyList<double?> peaks)
    {
        var rows = results.Zip(peaks, (result, peak) => new BenchRow(result, peak, null)).ToArray();
        return [.. rows.Select(row => row with { OnFront = row.Quality is null ? null : !rows.Any(row.IsBeatenBy) })];
    }

    public string Name => Path.GetFileNameWithoutExtension(Result.Name);

    public int Scale => Result.Model.Scale;

    public double? Quality => Result.Scores?[ImageMetrics.Psnr];

    private bool IsBeatenBy(BenchRow other) =>
        other.Scale == Scale && other.Quality >= Quality && other.Result.MillisecondsPerMegapixel <= Result.MillisecondsPerMegapixel
        && (other.Quality > Quality || other.Result.MillisecondsPerMegapixel < Result.MillisecondsPerMegapixel);
}

/// <summary>Shows a comparison of models as a table, as JSON and as a plot.</summary>
internal static class BenchReport
{
    // A model of scale 1 that changes nothing has an infinite PSNR.
    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static void Print(IReadOnlyList<BenchRow> rows)
    {
        var table = Terminal.Table(
            ["model", "scale", .. ImageMetrics.All.Select(metric => metric.Name), "parameters", "multiply-adds/pixel", "halted", "ms/MP", "peak MB", "front"]);
        foreach (var row in rows.OrderBy(row => row.Scale).ThenBy(row => row.Result.MillisecondsPerMegapixel))
        {
            table.AddRow(
            [
                Markup.Escape(row.Name), $"{row.Scale}", .. ImageMetrics.All.Select(metric => row.Result.Scores is { } scores ? metric.Format(scores[metric]) : ""),
                Count(row.Result.Model.Parameters), Count(row.Result.Model.MultiplyAddsPerPixel), Number(row.Result.HaltedShare, "P0"),
                Number(row.Result.MillisecondsPerMegapixel, "F0"), Number(row.PeakMegabytes, "F0"), row.OnFront == true ? "yes" : "",
            ]);
        }

        Terminal.Output.Write(table);
        Console.WriteLine("ms/MP: milliseconds per million pixels of output. Multiply-adds: per input pixel, with nothing halted. Front: no model of that scale is better and faster.");
    }

    /// <summary>All metrics of a row.</summary>
    public static JsonObject Json(BenchRow row) => new(
    [
        Figure("model", row.Name), Figure("architecture", row.Result.Model.Architecture), Figure("preset", row.Result.Model.Preset), Figure("scale", row.Scale),
        .. ImageMetrics.All.Select(metric => Figure(metric.Key, row.Result.Scores?[metric])),
        Figure("halted_share", row.Result.HaltedShare), Figure("parameters", row.Result.Model.Parameters), Figure("multiply_adds_per_pixel", row.Result.Model.MultiplyAddsPerPixel),
        Figure("milliseconds_per_megapixel", row.Result.MillisecondsPerMegapixel), Figure("peak_megabytes", row.PeakMegabytes), Figure("on_front", row.OnFront),
    ]);

    /// <summary>Plots quality against time as SVG: a dot per model, a dashed line along the front of each scale.</summary>
    public static string Plot(IReadOnlyList<BenchRow> rows)
    {
        var chart = new LineChart("Quality and time", "milliseconds per million pixels of output", "PSNR on Y in dB") { LogarithmicX = true, Width = 720, Height = 460 };
        foreach (var row in rows)
            chart.Add(new ChartSeries(row.Name, [Point(row)]) { Line = false, Markers = true });
        foreach (var scale in rows.Where(row => row.OnFront == true).GroupBy(row => row.Scale))
        {
            var front = scale.OrderBy(row => row.Result.MillisecondsPerMegapixel).Select(Point).ToArray();
            if (front.Length > 1)
                chart.Add(new ChartSeries($"front, scale {scale.Key}", front) { Dashed = true });
        }

        return chart.ToSvg();

        static (double X, double Y) Point(BenchRow row) => (row.Result.MillisecondsPerMegapixel, row.Quality!.Value);
    }

    private static KeyValuePair<string, JsonNode?> Figure<T>(string name, T value) => new(name, JsonSerializer.SerializeToNode(value, Numbers));

    // Older files without the number have 0.
    private static string Count(long value) => value == 0 ? "" : Number(value, "N0");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
