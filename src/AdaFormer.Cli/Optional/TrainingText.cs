using System.Globalization;
using AdaFormer.Training;

namespace AdaFormer.Cli;

/// <summary>The words for a training run's news.</summary>
internal static class TrainingText
{
    /// <summary>A line for the last news; null where it is not worth one.</summary>
    public static string? Line(TrainingNews news) => news.Last switch
    {
        { Message: { } notice } => notice,
        { Stage: TrainingStage.Reading } reading when reading.Done % 100 == 0 || reading.Done == reading.Total => $"read {reading.Done} of {reading.Total} pictures",
        { Statistics: { } means } last =>
            Invariant($"{last.Done}/{last.Total}  L1 {means.L1:F4}  USL {means.Usl:F3}  rate {means.LearningRate:G3}  halted {Shares(means.HaltedShare)}  {means.IterationsPerSecond:F2} it/s  {Remaining(news)}").TrimEnd(),
        { Validation: { } halting, Unhalted: { } all } last =>
            Invariant($"{last.Done}/{last.Total}  validation: {halting.Psnr:F3} dB with halting, {all.Psnr:F3} dB without; halted {Shares(halting.HaltedShare)}"),
        { Stage: TrainingStage.Saved } last => $"{last.Done}/{last.Total}  checkpoint saved",
        _ => null,
    };

    /// <summary>The share of every block in percent.</summary>
    public static string Shares(IEnumerable<double> shares) => string.Join(" ", shares.Select(share => Invariant($"{100 * share:F0} %")));

    /// <summary>The time that is left, or nothing where it is not known.</summary>
    public static string Remaining(TrainingNews news) => news.Remaining is { } left ? Invariant($"about {(int)left.TotalHours}:{left:mm\\:ss} left") : "";

    /// <summary>Numbers as everywhere, whatever the machine's language.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
