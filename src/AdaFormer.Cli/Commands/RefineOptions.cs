using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AdaFormer.Cli.Commands;

/// <summary>The options of a second model for the parts of a picture where it pays.</summary>
internal sealed class RefineOptions
{
    private const double DefaultShare = 0.25;
    private readonly Option<string?> _model = new("--refine") { Description = "A second, stronger model of the same scale, name or ONNX file, for the parts with the most detail", HelpName = "model" };
    private readonly Option<double?> _share = new("--share") { Description = "How much of the picture the second model refines, such as 25% [default: 25%; with --within 100%]", HelpName = "percent", CustomParser = Share };
    private readonly Option<TimeSpan?> _within = new("--within") { Description = "Refine as much as fits into this time for each picture, such as 20s, 5m or 1h", HelpName = "time", CustomParser = Within };

    public RefineOptions(Command command)
    {
        foreach (var option in new Option[] { _model, _share, _within })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_model) is null && (result.GetResult(_share) ?? result.GetResult(_within)) is { } given)
                result.AddError($"{given.IdentifierToken?.Value} says how much a second model refines; give --refine too.");
        });
    }

    /// <summary>The model's name or path; <see langword="null"/> if there is none.</summary>
    public string? Path(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The refinement by a model.</summary>
    public Refinement With(ParseResult parsed, UpscalingModel model)
    {
        var within = parsed.GetValue(_within);
        return new Refinement(model) { Share = parsed.GetValue(_share) ?? (within is null ? DefaultShare : 1), Within = within };
    }

    private static double? Share(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        var isPercent = text.EndsWith('%');
        if (double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (isPercent ? number / 100 : number) is >= 0 and <= 1 and var share)
            return share;
        result.AddError($"--share is '{text}'; expected 0% to 100%, or 0 to 1, such as 25% or 0.25.");
        return null;
    }

    private static TimeSpan? Within(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        var seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (seconds > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000 && TimeSpan.FromSeconds(count * seconds) is { Ticks: > 0 } time)
            return time;
        result.AddError($"--within is '{text}'; expected a number and s, m or h, such as 20s.");
        return null;
    }
}
