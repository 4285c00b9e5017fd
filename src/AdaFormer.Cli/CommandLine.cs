using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Cli.Commands;

namespace AdaFormer.Cli;

/// <summary>The command-line program: its commands, and how they end.</summary>
internal static partial class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Create();
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Terminal.Fail(error.Message);
            Terminal.Fail($"see `adaformer {string.Join(' ', parsed.CommandResult.Command == root ? [] : [parsed.CommandResult.Command.Name + ' '])}--help`");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    public static Command Create()
    {
        var root = new Command(
            "adaformer",
            """
            Makes small pictures larger and sharp, with AdaFormer: a transformer whose tokens leave early where the picture is easy.

            Start with: adaformer upscale photo.png -o photo-large.png
            """)
        {
            new HelpOption(),
            new VersionOption(),
            UpscaleCommand.Create(),
            EvalCommand.Create(),
            InfoCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            ModelsCommand.Create(),
            BenchCommand.Create(),
        };
        AddTraining(root);
        AddAblations(root);
        AddHaltingStudy(root);
        if (!root.Subcommands.Any(command => command.Name == "train"))
        {
            root.Add(Unavailable("train", "trains a network", "TorchSharp"));
            root.Add(Unavailable("ablate", "trains and measures ablation studies", "TorchSharp"));
        }

        return root;
    }

    /// <summary>Wraps what a command does: known failures become one line and an exit code.</summary>
    public static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, int> action) =>
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                try
                {
                    return action(parsed, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Terminal.Fail("cancelled; nothing was written");
                    return ExitCode.Cancelled;
                }
                catch (Exception exception) when (Environment.GetEnvironmentVariable("ADAFORMER_TRACE") != "1")
                {
                    Terminal.Fail(exception is ArgumentException { ParamName: { } name } ? exception.Message.Replace($" (Parameter '{name}')", "") : exception.Message);
                    return ExitCode.Failure;
                }
            },
            CancellationToken.None));

    static partial void AddTraining(Command root);

    static partial void AddAblations(Command root);

    static partial void AddHaltingStudy(Command root);

    private static Command Unavailable(string name, string does, string package)
    {
        var command = new Command(name, $"(Not in this build.) {char.ToUpperInvariant(does[0])}{does[1..]}.") { TreatUnmatchedTokensAsErrors = false };
        command.SetGuardedAction((_, _) =>
            throw new NotSupportedException($"`adaformer {name}` needs {package}, which was not on the package feed when this program was built. Build it where the feed has {package}."));
        return command;
    }
}
