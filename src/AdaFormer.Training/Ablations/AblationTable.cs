using System.Globalization;
using System.Text;

namespace AdaFormer.Training;

/// <summary>Studies as Markdown tables.</summary>
public static class AblationTable
{
    /// <summary>A study's rows with what was measured of them so far; the others are listed as not run.</summary>
    public static string Of(AblationStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var rows = study.Rows.Select(row => (Row: row, Results: AblationStudy.Measured(row))).ToArray();
        var text = new StringBuilder();
        foreach (var folder in rows.FirstOrDefault(row => row.Results is not null).Results?.Select(result => result.Folder) ?? [])
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"### {study.Title}: {folder}").AppendLine();
            text.AppendLine(
                "| | paper, Test4K | nothing halted, dB | own threshold, dB | left: mean, last block | blocks' work | "
                + $"{AblationStudy.ComparedWork:P0} of the work, dB | loss | s a picture: nothing halted, {AblationStudy.ComparedWork:P0} |");
            text.AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
            foreach (var (row, results) in rows)
                text.AppendLine(Line(row, results?.FirstOrDefault(result => result.Folder == folder)));
            text.AppendLine();
        }

        return text.ToString();
    }

    private static string Line(AblationRow row, AblationResult? result)
    {
        var head = $"| {row.Title} | {row.Paper ?? "–"} |";
        if (result is null)
            return $"{head} not run | | | | | | |";
        var (dense, halting, equal) = (result.Dense, result.Halting, result.Equal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{head} {dense.Psnr:F3} | {halting.Psnr:F3} | {halting.Halted:P0}, {halting.HaltedLast:P0} | {halting.Work:P0} | {Psnr(equal)} | {Loss(dense, equal)} | {dense.Seconds:F2}, {Seconds(equal)} |")
            .Replace(" %", "%", StringComparison.Ordinal);
    }

    private static string Psnr(AblationPoint? point) => point is null ? "–" : point.Psnr.ToString("F3", CultureInfo.InvariantCulture);

    private static string Seconds(AblationPoint? point) => point is null ? "–" : point.Seconds.ToString("F2", CultureInfo.InvariantCulture);

    private static string Loss(AblationPoint dense, AblationPoint? point) =>
        point is null ? "–" : (dense.Psnr - point.Psnr).ToString("F3", CultureInfo.InvariantCulture);
}
