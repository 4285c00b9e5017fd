using System.CommandLine;

namespace AdaFormer.Cli.Commands;

/// <summary>Options shared by several commands.</summary>
internal static class CommonOptions
{
    public static Option<bool> Overwrite { get; } = new("--overwrite", "-f") { Description = "Replace existing files" };

    public static Option<Device> Device { get; } = new("--device") { Description = "Device to run on", DefaultValueFactory = _ => AdaFormer.Device.Auto };

    public static Option<int> Threads { get; } =
        new Option<int>("--threads") { Description = "Processor threads; 0 for all", DefaultValueFactory = _ => 0, HelpName = "number" }.AtLeast(0);

    public static Option<PixelRange?> Range { get; } = new("--range")
    {
        Description = "Values that an ONNX model of other makers takes: 1 for 0 to 1, 255 for 0 to 255, -1..1 [default: found out by trial]",
        HelpName = "1|255|-1..1",
        CustomParser = OptionChecks.Range,
    };

    public static Option<bool> Trust { get; } = new("--trust") { Description = "Load an ONNX file of your own although the check of its contents refuses it" };

    public static Option<string?> Json { get; } = new("--json") { Description = "JSON file for all results", HelpName = "file" };
}
