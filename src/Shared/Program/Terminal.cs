using Spectre.Console;

namespace AdaFormer.Programs;

/// <summary>Results go to standard output; progress and errors to standard error.</summary>
internal static class Terminal
{
    /// <summary>The program's name in messages.</summary>
    public static string ProgramName { get; set; } = "adaformer";

    public static IAnsiConsole Output { get; } = MakeOutput();

    public static IAnsiConsole Status { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private static bool ShowsProgress => Status.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;

    private static IAnsiConsole MakeOutput()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        // A file or a pipe has no width, and a table must not be cut to that of a terminal that does not exist.
        if (Console.IsOutputRedirected)
            console.Profile.Width = 1000;
        return console;
    }

    /// <summary>Prints a one-line error message, above the progress bar if there is one.</summary>
    public static void Fail(string message)
    {
        var line = Line(message);
        if (ShowsProgress)
            Status.WriteLine(line);
        else
            Console.Error.WriteLine(line);
    }

    /// <summary>Prints a one-line warning.</summary>
    public static void Warn(string message) => Console.Error.WriteLine(Line($"warning: {message}"));

    // A file's name may have what a terminal takes for a command.
    private static string Line(string message) => $"{ProgramName}: {string.Concat(message.ReplaceLineEndings(" ").TrimEnd().Select(letter => char.IsControl(letter) ? '?' : letter))}";

    /// <summary>Shows a progress bar while work runs, if standard error is a terminal.</summary>
    public static T WithProgress<T>(string what, Func<Action<int, int>, T> work)
    {
        if (!ShowsProgress)
            return work((_, _) => { });
        return Status.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(what));
                return work((done, all) => task.MaxValue(all).Value(done));
            });
    }

    /// <summary>Creates a table without frames around cells, for pipes and terminals alike.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = column == columns[0] ? Justify.Left : Justify.Right, NoWrap = true });
        return table;
    }
}
