using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace AdaFormer.Programs;

/// <summary>Numbers on the command line: with a decimal point in every country, and without thousands separators.</summary>
internal static partial class InvariantNumbers
{
    /// <summary>Makes all options of numbers, of a command and those within it, be read so.</summary>
    public static void Require(Command command)
    {
        foreach (var option in command.Options)
            Require(option);
        foreach (var subcommand in command.Subcommands)
            Require(subcommand);
    }

    private static void Require(Option option)
    {
        switch (option)
        {
            case Option<int> number:
                number.CustomParser ??= result => Parse<int>(result, option) ?? default;
                break;
            case Option<int?> number:
                number.CustomParser ??= result => Parse<int>(result, option);
                break;
            case Option<long> number:
                number.CustomParser ??= result => Parse<long>(result, option) ?? default;
                break;
            case Option<long?> number:
                number.CustomParser ??= result => Parse<long>(result, option);
                break;
            case Option<float> number:
                number.CustomParser ??= result => Parse<float>(result, option) ?? default;
                break;
            case Option<float?> number:
                number.CustomParser ??= result => Parse<float>(result, option);
                break;
            case Option<double> number:
                number.CustomParser ??= result => Parse<double>(result, option) ?? default;
                break;
            case Option<double?> number:
                number.CustomParser ??= result => Parse<double>(result, option);
                break;
        }
    }

    private static T? Parse<T>(ArgumentResult result, Option option) where T : struct, INumber<T>
    {
        var isWhole = T.One / (T.One + T.One) == T.Zero;
        var style = isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var number))
            return number;
        var advice = Grouped().IsMatch(text) ? $"{text.Replace(",", "")}{(isWhole ? "" : $", or {text.Replace(',', '.')}")}" : isWhole ? null : text.Replace(',', '.');
        result.AddError(text.Contains(',') && advice is not null
            ? $"{option.Name} is '{text}'; numbers have a decimal point and no thousands separators: write {advice}."
            : $"{option.Name} is '{text}'; expected a {(isWhole ? "whole number, such as 4" : "number, such as 2.5")}.");
        return null;
    }

    [GeneratedRegex(@"^-?\d{1,3}(,\d{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();
}
