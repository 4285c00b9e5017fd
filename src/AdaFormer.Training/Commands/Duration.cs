using System.Globalization;

namespace AdaFormer.Training.Commands;

/// <summary>Lengths of time as people write them: 90s, 28m, 1.5h.</summary>
internal static class Duration
{
    /// <exception cref="ArgumentException">It is no length of time, or not more than none.</exception>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null)
            return null;
        var seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return seconds > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000
            ? TimeSpan.FromSeconds(count * seconds)
            : throw new ArgumentException($"--time-limit is '{text}'; expected a number and s, m or h, such as 28m.");
    }
}
