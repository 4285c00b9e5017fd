using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Cli.Commands;

namespace AdaFormer.Cli;

/// <summary>The commands of <c>adaformer</c>.</summary>
internal static class CommandLine
{
    public static Command Create() => new(
        "adaformer",
        """
        Upscales small pictures with AdaFormer: a transformer whose tokens halt early where the picture is easy.

        Start with: adaformer upscale photo.png -o photo-large.png
        """)
    {
        new HelpOption(),
        new VersionOption(),
        UpscaleCommand.Create(),
        BatchCommand.Create(),
        FarmCommand.Create(),
        EvalCommand.Create(),
        InfoCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        ModelsCommand.Create(),
        BenchCommand.Create(),
        ServeCommand.Create(),
    };
}
