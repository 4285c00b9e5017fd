using System.CommandLine.Parsing;
using System.Globalization;

namespace AdaFormer.Cli.Commands;

/// <summary>Parses memory sizes such as 1GB, 1.5 GiB, 800MB.</summary>
internal static class MemorySize
{
    private static readonly (string Ending, long Bytes)[] Units =
        [("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40), ("KB", 1000), ("MB", 1000_000), ("GB", 1000_000_000), ("TB", 1000_000_000_000), ("B", 1)];

    public static long? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value.Trim().ToUpperInvariant();
        var (ending, bytes) = Units.FirstOrDefault(unit => text.EndsWith(unit.Ending, StringComparison.Ordinal));
        if (ending is not null
            && double.TryParse(text[..^ending.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number * bytes < long.MaxValue)
            return (long)(number * bytes);
        result.AddError($"'{result.Tokens[0].Value}' is not a memory size; expected a number and a unit, such as 1GB, 512MiB or 1.5GB.");
        return null;
    }
}
