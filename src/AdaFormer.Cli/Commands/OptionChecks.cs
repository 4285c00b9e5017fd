using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AdaFormer.Cli.Commands;

/// <summary>Limits of option values, checked with the rest of the command line. Values that are not numbers are rejected by the parser.</summary>
internal static class OptionChecks
{
    /// <summary>Maximum side for size options.</summary>
    public const int MaximumSide = 65_536;

    public static Option<T> AtLeast<T>(this Option<T> option, long minimum)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (long.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value < minimum)
                    result.AddError($"{option.Name} is {value}; expected at least {minimum}.");
            }
        });
        return option;
    }

    public static Option<T> Within<T>(this Option<T> option, int minimum, int maximum)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (int.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && (value < minimum || value > maximum))
                    result.AddError($"{option.Name} is {value}; expected {minimum} to {maximum}.");
            }
        });
        return option;
    }

    /// <summary>Parses width and height such as 96x96, for <see cref="Option{T}.CustomParser"/>.</summary>
    public static (int Width, int Height)? Size(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text.Split('x') is [var width, var height] && Side(width) is { } w && Side(height) is { } h)
            return (w, h);
        result.AddError($"'{text}' is not a size; expected width and height in pixels, such as 96x96.");
        return null;

        static int? Side(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is >= 1 and <= MaximumSide ? side : null;
    }

    /// <summary>Parses numbers of pixels such as 200MP or 1500000, for <see cref="Option{T}.CustomParser"/>; <c>never</c> is beyond all.</summary>
    public static long? Pixels(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (text == "never")
            return long.MaxValue;
        var isMillions = text.EndsWith("MP", StringComparison.OrdinalIgnoreCase);
        if (double.TryParse(isMillions ? text[..^2] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (isMillions ? number * 1e6 : number) is >= 1 and < long.MaxValue and var pixels)
            return (long)pixels;
        result.AddError($"'{text}' is not a number of pixels; expected one such as 200MP, or never.");
        return null;
    }

    /// <summary>Parses the values that a model takes, for <see cref="Option{T}.CustomParser"/>.</summary>
    public static PixelRange? Range(ArgumentResult result)
    {
        switch (result.Tokens.Single().Value)
        {
            case "1" or "0..1" or "0-1":
                return PixelRange.ZeroToOne;
            case "255" or "0..255" or "0-255":
                return PixelRange.ZeroTo255;
            case "-1..1":
                return PixelRange.MinusOneToOne;
            case var text:
                result.AddError($"--range is '{text}'; expected 1 for values of 0 to 1, 255 for 0 to 255, or -1..1.");
                return null;
        }
    }

    /// <summary>Parses whole numbers separated by commas, for <see cref="Option{T}.CustomParser"/>.</summary>
    public static int[] Numbers(ArgumentResult result, int minimum, int maximum)
    {
        var numbers = new List<int>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
                numbers.Add(number);
            else
                result.AddError($"'{text}' is not valid; expected numbers from {minimum} to {maximum}, separated by commas.");
        }

        return [.. numbers];
    }
}
