using System.Text;

namespace AdaFormer.Research.Ablations;

/// <summary>Formats studies as Markdown tables.</summary>
internal static class AblationTable
{
    private const string Begin = "<!-- tables -->";
    private const string End = "<!-- /tables -->";

    /// <summary>A document that contains only the markers.</summary>
    public const string EmptyDocument = $"{Begin}\n{End}\n";

    private static readonly string Header = string.Concat(
        "| | paper: Test4K, dB | nothing halted, dB | own threshold, dB | left: mean, last block | work ",
        Text($"| near {AblationStudy.ComparedWork:P0} of the work, dB | loss | work | s a picture: all, near {AblationStudy.ComparedWork:P0} |"));

    /// <summary>A study's rows with their measurements so far; the others are listed as not run.</summary>
    public static string Of(AblationStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var rows = study.Rows.Select(row => (Row: row, Results: AblationStudy.Measured(row))).ToArray();
        var text = new StringBuilder();
        foreach (var folder in study.EvaluationFolders.Keys)
        {
            text.AppendLine($"### {study.Title}: {folder}").AppendLine();
            text.AppendLine(Header).AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
            foreach (var (row, results) in rows)
                text.AppendLine(Line(row, results?.FirstOrDefault(result => result.Folder == folder)));
            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>Inserts tables into a document, between its markers.</summary>
    /// <exception cref="InvalidDataException">The document lacks the markers.</exception>
    public static string Into(string document, string tables)
    {
        ArgumentNullException.ThrowIfNull(document);
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"The document has no lines '{Begin}' and, after it, '{End}'; add them where the tables belong.");
        return $"{document[..(begin + Begin.Length)]}\n{tables}{document[end..]}";
    }

    private static string Line(AblationRow row, AblationResult? result)
    {
        var head = $"| {row.Title} | {row.Paper ?? "–"} |";
        if (result is null)
            return $"{head} not run | | | | | | | |";
        var (dense, halting) = (result.Dense, result.Halting);
        var equal = result.Equal is { } point
            ? Text($"{point.Psnr:F3} | {dense.Psnr - point.Psnr:F3} | {point.Work:P0} | {dense.Seconds:F2}, {point.Seconds:F2}")
            : Text($"– | – | – | {dense.Seconds:F2}, –");
        return Text($"{head} {dense.Psnr:F3} | {halting.Psnr:F3} | {halting.Halted:P0}, {halting.HaltedLast:P0} | {halting.Work:P0} | {equal} |");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text).Replace(" %", "%", StringComparison.Ordinal);
}
