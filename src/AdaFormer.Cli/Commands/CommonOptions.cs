using System.CommandLine;

namespace AdaFormer.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Overwrite { get; } = new("--overwrite", "-f") { Description = "Replace files that exist" };

    public static Option<Device> Device { get; } = new("--device") { Description = "Where to compute", DefaultValueFactory = _ => AdaFormer.Device.Auto };

    public static Option<int> Threads { get; } =
        new Option<int>("--threads") { Description = "Processor threads; 0 for all", DefaultValueFactory = _ => 0, HelpName = "number" }.AtLeast(0);

    public static Option<string?> Json { get; } = new("--json") { Description = "File for all figures", HelpName = "file" };
}
