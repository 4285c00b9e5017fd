using System.Globalization;
using AdaFormer.Training.Progress;

namespace AdaFormer.Training.Commands;

/// <summary>Formats a training run's progress.</summary>
internal static class TrainingText
{
    /// <summary>A line for the last report; null if it is not worth one.</summary>
    public static string? Line(TrainingNews news) => news.Last switch
    {
        { Message: { } notice } => notice,
        { Stage: TrainingStage.Reading or TrainingStage.Teaching } last => last.Done % 100 == 0 || last.Done == last.Total ? Pictures(last) : null,
        { Statistics: { } means } last =>
            Invariant($"{last.Done}/{last.Total}  {string.Join("  ", Figures(means).Select(figure => $"{figure.Name} {figure.Value}"))}  rate {means.LearningRate:G3}{Halted("  ", means.HaltedShare)}  {means.IterationsPerSecond:F2} it/s  {Remaining(news)}").TrimEnd(),
        { Validation: { } result } last => Invariant($"{last.Done}/{last.Total}  validation: {Psnr(last)}{Halted("; ", result.HaltedShare)}"),
        { Stage: TrainingStage.Saved } last => $"{last.Done}/{last.Total}  checkpoint saved",
        _ => null,
    };

    /// <summary>Number of pictures that have been read, or made by the teacher.</summary>
    public static string Pictures(TrainingProgress last) => last.Stage == TrainingStage.Teaching
        ? $"{last.Done} of {last.Total} pictures from the teacher"
        : $"read {last.Done} of {last.Total} pictures";

    /// <summary>A validation's quality, with and without halting if the network halts, and on JPEGs if measured.</summary>
    public static string Psnr(TrainingProgress validated)
    {
        var psnr = validated.Validation!.Psnr;
        var clean = validated.Unhalted is { } unhalted ? Invariant($"{psnr:F3} dB with halting, {unhalted.Psnr:F3} dB without") : Invariant($"{psnr:F3} dB");
        return validated.Jpeg is { } jpeg ? Invariant($"{clean}; of JPEGs {jpeg.Psnr:F3} dB") : clean;
    }

    /// <summary>A network's figures, formatted.</summary>
    public static IEnumerable<(string Name, string Value)> Figures(TrainingStatistics means) => means.Figures.Select(figure =>
        (figure.Key.ToUpperInvariant(), figure.Key == "l1" ? Invariant($"{figure.Value:F4}") : Invariant($"{figure.Value:F3}")));

    /// <summary>The share of every block in percent.</summary>
    public static string Shares(IEnumerable<double> shares) => string.Join(" ", shares.Select(share => Invariant($"{100 * share:F0} %")));

    /// <summary>The remaining time, or nothing if unknown.</summary>
    public static string Remaining(TrainingNews news) => news.Remaining is { } left ? Invariant($"about {(int)left.TotalHours}:{left:mm\\:ss} left") : "";

    private static string Halted(string before, IReadOnlyList<double> shares) => shares.Count > 0 ? $"{before}halted {Shares(shares)}" : "";

    /// <summary>Formats numbers independent of the machine's language.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
