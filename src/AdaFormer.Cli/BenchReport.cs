using System.Globalization;
using AdaFormer.Plotting;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli;

/// <summary>A comparison of models as a table and as a plot.</summary>
internal static class BenchReport
{
    public static void Print(IReadOnlyList<BenchRow> rows)
    {
        var table = Terminal.Table("model", "scale", "PSNR-Y", "SSIM-Y", "parameters", "multiply-adds/pixel", "halted", "ms/MP", "peak MB", "front");
        foreach (var row in rows.OrderBy(row => row.Scale).ThenBy(row => row.MillisecondsPerMegapixel))
        {
            table.AddRow(
                Markup.Escape(row.Model), $"{row.Scale}", Number(row.PsnrY, "F2"), Number(row.SsimY, "F4"), Count(row.Parameters), Count(row.MultiplyAddsPerPixel),
                Number(row.HaltedShare, "P0"), Number(row.MillisecondsPerMegapixel, "F0"), Number(row.PeakMegabytes, "F0"), row.OnFront == true ? "yes" : "");
        }

        Terminal.Output.Write(table);
        Console.WriteLine("ms/MP: milliseconds for a million pixels of output. Multiply-adds: for each input pixel, nothing halted. Front: no model of that scale is better and faster.");
    }

    /// <summary>Quality against time as SVG: a dot for every model, a dashed line along the front of each scale.</summary>
    public static string Plot(IReadOnlyList<BenchRow> rows)
    {
        var chart = new LineChart("Quality and time", "milliseconds for a million pixels of output", "PSNR on Y in dB") { LogarithmicX = true, Width = 720, Height = 460 };
        foreach (var row in rows)
            chart.Add(new ChartSeries(row.Model, [Point(row)]) { Line = false, Markers = true });
        foreach (var scale in rows.Where(row => row.OnFront == true).GroupBy(row => row.Scale))
        {
            var front = scale.OrderBy(row => row.MillisecondsPerMegapixel).Select(Point).ToArray();
            if (front.Length > 1)
                chart.Add(new ChartSeries($"front, scale {scale.Key}", front) { Dashed = true });
        }

        return chart.ToSvg();

        static (double X, double Y) Point(BenchRow row) => (row.MillisecondsPerMegapixel, row.PsnrY!.Value);
    }

    // Files of before they said it have 0.
    private static string Count(long value) => value == 0 ? "" : Number(value, "N0");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
