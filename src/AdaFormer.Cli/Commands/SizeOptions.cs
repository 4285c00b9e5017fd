using System.CommandLine;
using System.Globalization;
using AdaFormer.Files;

namespace AdaFormer.Cli.Commands;

/// <summary>The options for a target size other than the model's scale; at most one of them may be given.</summary>
internal sealed class SizeOptions
{
    private const int MaximumScale = 1000;

    private readonly Option<(int Width, int Height)?> _size = new("--size")
    {
        Description = "Largest size that fits into this one, in the picture's proportions",
        CustomParser = OptionChecks.Size,
        HelpName = "WxH",
    };

    private readonly Option<int?> _width = new Option<int?>("--width") { Description = "Exact width, the height in proportion", HelpName = "pixels" }.Within(1, OptionChecks.MaximumSide);
    private readonly Option<int?> _height = new Option<int?>("--height") { Description = "Exact height, the width in proportion", HelpName = "pixels" }.Within(1, OptionChecks.MaximumSide);
    private readonly Option<double?> _scale = new("--scale") { Description = "How many times larger, such as 2.5 [default: 4, or the model's]", HelpName = "number" };

    public SizeOptions(Command command)
    {
        Option[] options = [_size, _width, _height, _scale];
        foreach (var option in options)
            command.Options.Add(option);
        _scale.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (double.TryParse(token.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value is not (> 0 and <= MaximumScale))
                    result.AddError($"{_scale.Name} is {token.Value}; expected a number above 0, at most {MaximumScale}.");
            }
        });
        command.Validators.Add(result =>
        {
            var given = options.Where(option => result.GetResult(option) is not null).Select(option => option.Name).ToArray();
            if (given.Length > 1)
                result.AddError($"{string.Join(" and ", given)} each set the size; give one of them.");
        });
    }

    /// <summary>The requested size; null: the model's scale.</summary>
    public TargetSize? Target(ParseResult parsed) =>
        parsed.GetValue(_size) is { } size ? TargetSize.Within(size.Width, size.Height)
        : parsed.GetValue(_width) is { } width ? TargetSize.OfWidth(width)
        : parsed.GetValue(_height) is { } height ? TargetSize.OfHeight(height)
        : parsed.GetValue(_scale) is { } scale ? TargetSize.Scaled(scale)
        : null;
}
