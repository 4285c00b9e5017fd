using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>Compares what a cell gives with what its notebook has, up to what another processor's rounding may change.</summary>
internal static partial class OutputComparison
{
    private const int Levels = 2;
    private const double ShareBeyond = 0.01; // where tokens halt a block sooner or later
    private const double Pixels = 2;

    /// <summary>How the outputs differ; nothing where they agree.</summary>
    /// <param name="saved">The outputs in the notebook.</param>
    /// <param name="actual">The outputs now.</param>
    /// <param name="timed">Whether the numbers are measured times; then only what is around them is compared, and of drawings only that they are there.</param>
    public static IEnumerable<string> Differences(JsonArray saved, JsonArray actual, bool timed)
    {
        if (!Kinds(saved).SequenceEqual(Kinds(actual)))
            return [$"{string.Join(", ", Kinds(actual))} in place of {string.Join(", ", Kinds(saved))}"];
        return
            from pair in saved.Zip(actual, (before, now) => (Before: Values(before!), Now: Values(now!)))
            from mimeType in pair.Before.Keys
            let before = pair.Before[mimeType]
            let now = pair.Now[mimeType]
            where !Agree(mimeType, before, now, timed)
            select mimeType == "image/png" ? "another picture" : $"{now}\nin place of\n{before}";
    }

    private static IEnumerable<string> Kinds(JsonArray outputs) => outputs.Select(output => Notebook.Kind(output!));

    private static Dictionary<string, string> Values(JsonNode output) => output["text"] is { } printed
        ? new() { ["text/plain"] = Notebook.Text(printed) }
        : output["data"]!.AsObject().ToDictionary(item => item.Key, item => Notebook.Text(item.Value!));

    private static bool Agree(string mimeType, string before, string now, bool timed) => mimeType switch
    {
        "image/png" => Agree(Notebook.Picture(before), Notebook.Picture(now)),
        "image/svg+xml" => timed || Agree(before, now, _ => Pixels),
        _ => Agree(before, now, timed ? _ => double.PositiveInfinity : LastDigit),
    };

    private static bool Agree(string before, string now, Func<Match, double> tolerance) =>
        WithoutNumbers(before) == WithoutNumbers(now) &&
        Number().Matches(before).Zip(Number().Matches(now)).All(pair => Math.Abs(Value(pair.First) - Value(pair.Second)) <= tolerance(pair.First));

    private static bool Agree(Picture before, Picture now)
    {
        if ((before.Width, before.Height, before.Layout, before.BitDepth) != (now.Width, now.Height, now.Layout, now.BitDepth))
            return false;
        var beyond = 0;
        for (var index = 0; index < before.Width * before.Height * before.Channels; index++)
        {
            var (x, y, channel) = (index / before.Channels % before.Width, index / before.Channels / before.Width, index % before.Channels);
            beyond += Math.Abs(before[x, y, channel] - now[x, y, channel]) > Levels ? 1 : 0;
        }

        return beyond <= ShareBeyond * before.Width * before.Height * before.Channels;
    }

    // Aligned columns have more or fewer spaces around a longer number.
    private static string WithoutNumbers(string text) => Spaces().Replace(Number().Replace(text.ReplaceLineEndings("\n"), "#"), " ");

    private static double Value(Match number) => double.Parse(number.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);

    // Sizes and counts are exact; what has decimals or is a percentage was rounded.
    private static double LastDigit(Match number)
    {
        var decimals = number.Groups["decimals"].Length;
        return decimals > 0 || number.Groups["percent"].Success ? 1.001 * Math.Pow(10, -decimals) : 0;
    }

    [GeneratedRegex(@"(?<value>\d+(\.(?<decimals>\d+))?)(?<percent> ?%)?")]
    private static partial Regex Number();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
