using System.CommandLine;
using System.Diagnostics;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer upscale</c>: upscales a file.</summary>
internal static class UpscaleCommand
{
    private const int ProgressSteps = 10_000;

    public static Command Create()
    {
        var picture = new Argument<string>("picture") { Description = "The picture file to upscale" };
        var output = new Option<string?>("--output", "-o") { Description = $"File to write; its extension determines the format, {Or(PictureFormats.Writer().Formats)} [default: a PNG next to the picture, such as photo_x4.png]", HelpName = "file" };
        var map = new Option<string?>("--halting-map") { Description = "PNG file for a heat map: blue where tokens halted early, red where they stayed, pink where a second model refined", HelpName = "file" };
        var command = new Command("upscale", $"Upscales a picture: {Or(PictureFormats.Reader().Formats)}") { picture, output, map, CommonOptions.Overwrite };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say how large the result would be, and about how long it would take" };
        command.Options.Add(dryRun);
        var options = new PictureOptions(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            using var models = options.Models(parsed);
            using var second = options.SecondModel(parsed);
            var files = options.Files(parsed, parsed.GetValue(CommonOptions.Overwrite), second);
            var upscaler = new FileUpscaler(models, options.Reader(parsed), options.Writer(parsed), files);
            var input = parsed.GetRequiredValue(picture);
            var target = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(input) ?? "", $"{Path.GetFileNameWithoutExtension(input)}_{options.Size(parsed, models)}.png");
            if (parsed.GetValue(dryRun) || second is not null)
                Tell(upscaler.Estimate(input), target, parsed.GetValue(dryRun) ? Console.Out : Console.Error);
            if (!parsed.GetValue(dryRun))
                Run(models, upscaler, input, target, parsed.GetValue(map), cancellationToken);
            return 0;
        });
        return command;
    }

    private static string Or(IReadOnlyList<PictureFormat> formats) => $"{string.Join(", ", formats.SkipLast(1).Select(format => format.Name))} or {formats[^1].Name}";

    private static void Tell(UpscaleEstimate estimate, string target, TextWriter output) =>
        output.WriteLine($"{target}: {estimate.Width}×{estimate.Height}, {RefineText.Cost(estimate.Time, estimate.SecondTime)}");

    private static void Run(ModelSelector models, FileUpscaler upscaler, string input, string output, string? map, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var result = Terminal.WithProgress(
            Path.GetFileName(input),
            report => upscaler.Upscale(input, output, map, new SynchronousProgress<UpscaleProgress>(progress => report((int)(progress.Share * ProgressSteps), ProgressSteps)), cancellationToken));
        foreach (var warning in result.Warnings)
            Terminal.Warn($"{input}: {warning.Message}");
        var work = result.Models.Count == 0
            ? "no larger than the input, so only resampled"
            : models.Halts ? $"halting saved {result.HaltedShare:P0} of the transformer's work" : "the model does not halt";
        var times = (result.Width, result.Height) == (result.InputWidth, result.InputHeight)
            ? "as large as the input"
            : $"{(double)result.Width / result.InputWidth:0.##} times {result.InputWidth}×{result.InputHeight}";
        Console.WriteLine(
            $"{output}: {(result.Pictures > 1 ? $"{result.Pictures} pictures of " : "")}{result.Width}×{result.Height}, {times}, in {clock.Elapsed.TotalSeconds:F1} s on the {(models.Device == Device.Cuda ? "GPU" : "CPU")}; {work}");
        if (result.Reason is not null)
            Console.WriteLine($"Model: {string.Join(", then ", result.Models)}, because {result.Reason}");
        if (result.Refinement is { } refinement)
            Console.WriteLine(RefineText.Done(refinement, result.Pictures > 1 ? "the pictures" : "the picture"));
        if (map is not null)
            Console.WriteLine($"{map}: halting map");
    }
}
