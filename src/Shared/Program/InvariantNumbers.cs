using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace AdaFormer.Programs;

/// <summary>Numbers on the command line: digits with a decimal point in every country; no thousands separators, exponents, signs but a minus, or words.</summary>
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

    /// <summary>Lets an option be given with an exponent too, as where 1e9 stands for all.</summary>
    public static Option<float> WithExponent(this Option<float> option)
    {
        option.CustomParser = result => Parse<float>(result, option, hasExponent: true) ?? default;
        return option;
    }

    /// <inheritdoc cref="WithExponent(Option{float})"/>
    public static Option<float?> WithExponent(this Option<float?> option)
    {
        option.CustomParser = result => Parse<float>(result, option, hasExponent: true);
        return option;
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

    private static T? Parse<T>(ArgumentResult result, Option option, bool hasExponent = false) where T : struct, INumber<T>
    {
        var isWhole = T.One / (T.One + T.One) == T.Zero;
        var text = result.Tokens[0].Value;
        var form = isWhole ? Whole() : hasExponent ? Scientific() : Decimal();
        if (form.IsMatch(text) && T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && T.IsFinite(number))
            return number;
        var advice = Grouped().IsMatch(text) ? $"{text.Replace(",", "")}{(isWhole ? "" : $", or {text.Replace(',', '.')}")}" : isWhole ? null : text.Replace(',', '.');
        result.AddError(text.Contains(',') && advice is not null
            ? $"{option.Name} is '{text}'; numbers have a decimal point and no thousands separators: write {advice}."
            : $"{option.Name} is '{text}'; expected a {(isWhole ? "whole number, such as 4" : hasExponent ? "number, such as 2.5 or 1e9" : "number, such as 2.5")}.");
        return null;
    }

    [GeneratedRegex(@"^-?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Scientific();

    [GeneratedRegex(@"^-?\d{1,3}(,\d{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();
}
