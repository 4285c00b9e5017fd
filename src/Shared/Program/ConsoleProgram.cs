using System.CommandLine;
using System.CommandLine.Parsing;
using AdaFormer.Files;

namespace AdaFormer.Programs;

/// <summary>Runs a command line: usage errors, known failures and cancellation become a one-line message and an exit code.</summary>
internal static class ConsoleProgram
{
    /// <summary>Runs the command given by the arguments, or shows help if there are none.</summary>
    /// <param name="root">The program's command.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="patience">How long a command may take to end when it is told to; null: 30 seconds.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Command root, string[] args, Func<ParseResult, TimeSpan?>? patience = null)
    {
        Terminal.ProgramName = root.Name;
        InvariantNumbers.Require(root);
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Terminal.Fail(error.Message);
            Terminal.Fail($"see `{NameOf(parsed.CommandResult)} --help`");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience?.Invoke(parsed) ?? TimeSpan.FromSeconds(30) });
    }

    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;

    /// <summary>Wraps a command's action: known failures become a one-line message and an exit code.</summary>
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
                    Terminal.Fail(Message(exception));
                    return ExitCode.Failure;
                }
            },
            CancellationToken.None));

    private static string Message(Exception exception)
    {
        while (exception is TypeInitializationException { InnerException: { } inner })
            exception = inner;
        if (exception is FileExistsException)
            return $"{exception.Message.TrimEnd('.')} (--overwrite).";
        return exception is ArgumentException { ParamName: { } name } ? exception.Message.Replace($" (Parameter '{name}')", "") : exception.Message;
    }
}
