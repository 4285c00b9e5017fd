using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace AdaFormer.Cli.Commands;

/// <summary>Limits of option values, checked with the rest of the command line. What is no number is the parser's to refuse.</summary>
internal static class OptionChecks
{
    public static Option<T> AtLeast<T>(this Option<T> option, T minimum) where T : INumber<T>
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value < minimum)
                    result.AddError($"{option.Name} is {value}; expected at least {minimum}.");
            }
        });
        return option;
    }

    public static Option<float?> NotNaN(this Option<float?> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (float.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && float.IsNaN(value))
                    result.AddError($"{option.Name} is not a number; expected one such as 0.5.");
            }
        });
        return option;
    }
}
