using System.CommandLine;
using AdaFormer.Batch;
using AdaFormer.Farm;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer farm submit</c>: pictures into the queue.</summary>
internal static class FarmSubmitCommand
{
    private static readonly Option<long?> StripsAbove = new("--strips-above")
    {
        Description = "Pictures whose results have more pixels are shared out in strips, such as 500MP; never: none [default: 200MP]",
        HelpName = "pixels",
        CustomParser = OptionChecks.Pixels,
    };

    public static Command Create()
    {
        var paths = new Argument<string[]>("in... out") { Description = "Folders, files, patterns or s3://bucket/folder; the last is the folder for the results. All machines must see them by these names", Arity = ArgumentArity.OneOrMore };
        var command = new Command("submit", "Puts pictures into the queue; when run again, only those that are neither there nor finished")
        {
            paths, BatchNames.List, BatchNames.Recursive, BatchNames.Name, BatchNames.Format, StripsAbove,
        };
        BatchNames.Require(command, paths, "adaformer farm submit photos large");
        FarmCommand.AddOptions(command);
        var settings = new FarmSettings(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var places = parsed.GetRequiredValue(paths);
            var reader = settings.Pictures.Reader(parsed);
            BatchInput[] inputs =
            [
                .. places[..^1].SelectMany(place => FarmInputs.FindAsync(place, reader, parsed.GetValue(BatchNames.Recursive), cancellationToken).GetAwaiter().GetResult()),
                .. parsed.GetValue(BatchNames.List) is { } list ? BatchInputs.Listed(list) : [],
            ];
            using var models = settings.Pictures.Models(parsed);
            var plan = BatchPlan.Make(inputs, places[^1], settings.Pictures.Size(parsed, models), parsed.GetRequiredValue(BatchNames.Name), parsed.GetRequiredValue(BatchNames.Format));
            using var second = settings.Pictures.SecondModel(parsed);
            if (settings.Pictures.Files(parsed, overwrite: false, second).Upscaling.Refinement?.Within is not null)
                throw new ArgumentException("With --within results depend on the machine, and a farm has many; say the --share instead.");
            var upscaler = settings.Upscaler(parsed, models, second, 1);
            var options = FarmCommand.Options(parsed);
            var result = Terminal.WithProgress("submit", tell => FarmCommand.WithClient(
                options with { StripsAbove = parsed.GetValue(StripsAbove) ?? options.StripsAbove }, cancellationToken, client => client.SubmitAsync(plan, upscaler, settings.Write(parsed), new SynchronousProgress<int>(count => tell(count, plan.Items.Count)), cancellationToken)));
            Console.WriteLine($"{result.Submitted} put into the queue, {result.Queued} there already, {result.Finished} finished, of {plan.Items.Count}");
            return 0;
        });
        return command;
    }
}
