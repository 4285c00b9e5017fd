using System.CommandLine;
using AdaFormer.Batch;
using AdaFormer.ImageSharp;

namespace AdaFormer.Cli.Commands;

/// <summary>The options of commands for many pictures: which, and what their results are called.</summary>
internal static class BatchNames
{
    public static Option<string?> List { get; } = new("--list") { Description = "Text file with one picture path per line", HelpName = "file" };

    public static Option<bool> Recursive { get; } = new("--recursive", "-r") { Description = "Include subfolders; the results keep the folder structure" };

    public static Option<string> Name { get; } = Checked(
        new Option<string>("--name") { Description = "Name pattern of the results, with {name}, {size} and {extension}", DefaultValueFactory = _ => BatchPlan.DefaultNamePattern, HelpName = "pattern" }, BatchPlan.CheckPattern);

    public static Option<string> Format { get; } = Checked(
        new Option<string>("--format") { Description = "Format of the results", DefaultValueFactory = _ => "png", HelpName = "extension" }, format => PictureFormats.Writer().Check($"result.{format}"));

    /// <summary>Asks for inputs and an output folder.</summary>
    public static void Require(Command command, Argument<string[]> paths, string example) => command.Validators.Add(result =>
    {
        if (result.GetValue(paths) is { Length: 1 } && result.GetValue(List) is null)
            result.AddError($"Expected input paths and a folder for the results: {example}");
    });

    /// <summary>Turns what a check throws into an error of usage.</summary>
    public static Option<string> Checked(Option<string> option, Action<string> check)
    {
        option.Validators.Add(result =>
        {
            try
            {
                if (result.GetValueOrDefault<string>() is { } value)
                    check(value);
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                result.AddError(exception.Message);
            }
        });
        return option;
    }
}
