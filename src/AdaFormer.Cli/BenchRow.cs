using AdaFormer.Evaluation;

namespace AdaFormer.Cli;

/// <summary>A model in a comparison: what it is, what it gave, what it took.</summary>
/// <param name="OnFront">Whether no other model of its scale is both better and faster; null without originals.</param>
internal sealed record BenchRow(
    string Model, string Architecture, string Preset, int Scale, double? PsnrY, double? SsimY, double HaltedShare, long Parameters, long MultiplyAddsPerPixel,
    double MillisecondsPerMegapixel, double? PeakMegabytes, bool? OnFront)
{
    public static IReadOnlyList<BenchRow> Of(IReadOnlyList<ModelResult> results, IReadOnlyList<double?> peaks)
    {
        var rows = results.Zip(peaks, Of).ToArray();
        return [.. rows.Select(row => row with { OnFront = row.PsnrY is null ? null : !rows.Any(row.IsBeatenBy) })];
    }

    private static BenchRow Of(ModelResult result, double? peak) => new(
        Path.GetFileNameWithoutExtension(result.Name), result.Model.Architecture, result.Model.Preset, result.Model.Scale, result.PsnrY, result.SsimY, result.HaltedShare,
        result.Model.Parameters, result.Model.MultiplyAddsPerPixel, result.MillisecondsPerMegapixel, peak, null);

    private bool IsBeatenBy(BenchRow other) =>
        other.Scale == Scale && other.PsnrY >= PsnrY && other.MillisecondsPerMegapixel <= MillisecondsPerMegapixel
        && (other.PsnrY > PsnrY || other.MillisecondsPerMegapixel < MillisecondsPerMegapixel);
}
