using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AdaFormer.Evaluation;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.ImageSharp;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer bench</c>: compares models on the user's own machine and pictures.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static Command Create()
    {
        var models = new Option<string[]>("--models", "-m") { Description = "Names or ONNX files [default: all that `adaformer models list` shows]", HelpName = "models", AllowMultipleArgumentsPerToken = true };
        var originals = new Option<string?>("--hr") { Description = "Folder of originals: measures quality and time on downscaled copies", HelpName = "folder" };
        var pictures = new Option<string?>("--pictures") { Description = "Folder of pictures to upscale: measures time only", HelpName = "folder" };
        var rounds = new Option<int>("--rounds") { Description = "Number of timed runs per picture", DefaultValueFactory = _ => 3, HelpName = "number" }.AtLeast(1);
        var jpeg = new Option<int?>("--jpeg") { Description = "Quality of JPEG that the models' inputs are saved as first; needs --hr", HelpName = "number" }.Within(1, 100);
        var plot = new Option<string?>("--plot") { Description = "SVG file for a plot of quality against time, with the Pareto front; needs --hr", HelpName = "file" };
        var peakOnly = new Option<bool>("--peak-only") { Hidden = true };
        var command = new Command("bench", "Compares models: quality, time, memory, size") { models, originals, pictures, jpeg, rounds, CommonOptions.Json, plot, CommonOptions.Overwrite, CommonOptions.Range, CommonOptions.Trust, CommonOptions.Device, CommonOptions.Threads, peakOnly };
        command.Subcommands.Add(CascadeCommand.Create());
        command.Validators.Add(result =>
        {
            if (result.GetValue(originals) is null == result.GetValue(pictures) is null)
                result.AddError("bench needs one folder of pictures; give either --hr or --pictures.");
            if (result.GetValue(plot) is not null && result.GetValue(originals) is null)
                result.AddError("--plot draws quality against time, and quality needs originals; give --hr instead of --pictures.");
            if (result.GetValue(jpeg) is not null && result.GetValue(originals) is null)
                result.AddError("--jpeg spoils what is made of originals; give --hr instead of --pictures.");
        });
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var (jsonTarget, plotTarget) = (parsed.GetValue(CommonOptions.Json), parsed.GetValue(plot));
            var names = parsed.GetValue(models) is { Length: > 0 } chosen ? chosen : [BuiltInModel.Name, .. ModelLibrary.Default.List().Select(model => model.Name).Where(name => name != BuiltInModel.Name)];
            OutputPaths.Check(parsed.GetValue(CommonOptions.Overwrite), names, jsonTarget, plotTarget);
            var options = new ModelOptions { Device = parsed.GetValue(CommonOptions.Device), Threads = parsed.GetValue(CommonOptions.Threads), Range = parsed.GetValue(CommonOptions.Range), Trusted = parsed.GetValue(CommonOptions.Trust) };
            var comparison = new ModelComparison(PictureFormats.Reader(), options, parsed.GetValue(rounds))
            {
                Spoil = parsed.GetValue(jpeg) is { } quality ? picture => JpegRoundTrip.Apply(picture, quality) : null,
            };
            var progress = new SynchronousProgress<string>(Console.Error.WriteLine);
            var folder = parsed.GetValue(originals) ?? parsed.GetRequiredValue(pictures)!;
            var areOriginals = parsed.GetValue(originals) is not null;
            if (parsed.GetValue(peakOnly))
            {
                Console.WriteLine(comparison.PeakMegabytes(names[0], folder, areOriginals, cancellationToken).ToString("R", CultureInfo.InvariantCulture));
                return 0;
            }

            string[] same = [areOriginals ? "--hr" : "--pictures", folder, "--device", $"{parsed.GetValue(CommonOptions.Device)}", "--threads", $"{parsed.GetValue(CommonOptions.Threads)}",
                .. parsed.GetValue(jpeg) is { } saved ? ["--jpeg", $"{saved}"] : Array.Empty<string>(), .. options.Range is { } range ? ["--range", range == PixelRange.MinusOneToOne ? "-1..1" : $"{(int)range}"] : Array.Empty<string>(), .. options.Trusted ? ["--trust"] : Array.Empty<string>()];
            var results = comparison.Run(names, folder, areOriginals, progress, cancellationToken);
            var rows = BenchRow.Of(results, [.. names.Select(name => Peak(name, same))]);
            BenchReport.Print(rows);
            foreach (var assumption in results.SelectMany(result => result.Model.Assumptions))
                Terminal.Warn(assumption);
            if (jsonTarget is not null)
                AtomicFile.Write(jsonTarget, parsed.GetValue(CommonOptions.Overwrite), stream => JsonSerializer.Serialize(stream, rows.Select(BenchReport.Json), Json));
            if (plotTarget is not null)
                AtomicFile.Write(plotTarget, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(Encoding.UTF8.GetBytes(BenchReport.Plot(rows))));
            return 0;
        });
        return command;
    }

    // Each model's memory is measured in a process of its own: memory freed by an earlier model would be reused, and hide the need.
    private static double? Peak(string model, string[] options)
    {
        var program = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        using var process = Process.Start(new ProcessStartInfo(program, [.. host, "bench", "--peak-only", "--models", model, .. options]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
    }
}
