using System.CommandLine;
using AdaFormer.Farm;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer farm work</c>: takes pictures from the queue until it is stopped.</summary>
internal static class FarmWorkCommand
{
    private static readonly Option<int> Parallel = new Option<int>("--parallel", "-p") { Description = "Pictures at once; 0 to choose by processors and memory", DefaultValueFactory = _ => 0, HelpName = "number" }.AtLeast(0);
    private static readonly Option<int> GraceSeconds = new Option<int>("--grace") { Description = "Seconds that the pictures under way still get after SIGTERM or Ctrl-C, before they are given back", DefaultValueFactory = _ => 20, HelpName = "seconds" }.AtLeast(0);
    private static readonly Option<int?> Idle = new Option<int?>("--idle") { Description = "Ends after so many seconds without a picture [default: never]", HelpName = "seconds" }.AtLeast(0);

    public static TimeSpan? Grace(ParseResult parsed) => parsed.GetResult(GraceSeconds) is not null ? TimeSpan.FromSeconds(parsed.GetValue(GraceSeconds)) : null;

    public static Command Create()
    {
        var command = new Command("work", "Upscales pictures from the queue until it is stopped") { Parallel, GraceSeconds, Idle, CommonOptions.Device, CommonOptions.Threads, CommonOptions.Trust };
        FarmCommand.AddOptions(command);
        command.SetGuardedAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        var parallel = Concurrency.Choose(parsed.GetValue(Parallel), int.MaxValue);
        var threads = parsed.GetValue(CommonOptions.Threads) is > 0 and var chosen ? chosen : Concurrency.ThreadsEach(parallel);
        var models = new List<IDisposable>();
        try
        {
            var options = new FarmWorkerOptions
            {
                Parallel = parallel,
                Grace = TimeSpan.FromSeconds(parsed.GetValue(GraceSeconds)),
                Idle = parsed.GetValue(Idle) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            var worker = new FarmWorker(FarmCommand.Options(parsed), text =>
            {
                var (settings, read) = FarmSettings.Read(text, parsed.GetValue(CommonOptions.Device), threads, parsed.GetValue(CommonOptions.Trust));
                var loaded = settings.Pictures.Models(read, threads);
                var second = settings.Pictures.SecondModel(read, threads);
                lock (models)
                    models.AddRange(second is null ? [loaded] : [loaded, second]);
                return settings.Upscaler(read, loaded, second, parallel);
            }, options);
            var work = worker.RunAsync(new SynchronousProgress<FarmEvent>(Tell), stop).GetAwaiter().GetResult();
            Console.WriteLine($"{work.Done} done, {work.Finished} found finished, {work.Failed} failed, {work.Retried} to be tried again, {work.GivenBack} given back{(work.Strips == 0 ? "" : work.Strips == 1 ? "; 1 strip" : $"; {work.Strips} strips")}");
            return work.Failed == 0 ? 0 : ExitCode.SomeFailed;
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private static void Tell(FarmEvent told)
    {
        switch (told.Kind)
        {
            case FarmEventKind.Done:
                Console.WriteLine($"{told.Input}: done in {told.Seconds:F1} s");
                break;
            case FarmEventKind.StripDone:
                Console.WriteLine($"{told.Input}: done in {told.Seconds:F1} s");
                break;
            case FarmEventKind.Cut:
                Console.WriteLine($"{told.Input}: cut into strips in {told.Seconds:F1} s");
                break;
            case FarmEventKind.Finished:
                Console.WriteLine($"{told.Input}: is finished");
                break;
            case FarmEventKind.GivenBack:
                Console.WriteLine($"{told.Input}: given back");
                break;
            case FarmEventKind.Connected:
                Console.WriteLine("connected; waiting for pictures");
                break;
            case FarmEventKind.Failed:
                Terminal.Fail($"{told.Input}: {told.Message}");
                break;
            case FarmEventKind.Retried:
                Terminal.Warn($"{told.Input}: to be tried again: {told.Message}");
                break;
            default:
                Terminal.Warn(told.Message ?? "");
                break;
        }
    }
}
