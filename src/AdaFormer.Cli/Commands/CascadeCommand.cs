using System.CommandLine;
using System.Text;
using System.Text.Json;
using AdaFormer.Evaluation;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer bench cascade</c>: quality and time where a second model refines a share of each picture.</summary>
internal static class CascadeCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static Command Create()
    {
        var first = new Option<string>("--model", "-m") { Description = "The first model, name or ONNX file", DefaultValueFactory = _ => BuiltInModel.Name, HelpName = "model" };
        var second = new Option<string>("--refine") { Description = "The second model, of the same scale", Required = true, HelpName = "model" };
        var originals = new Option<string>("--hr") { Description = "Folder of originals, which are downscaled", Required = true, HelpName = "folder" };
        var width = new Option<int?>("--width") { Description = "Width to which wider originals are reduced first", HelpName = "pixels" }.Within(1, OptionChecks.MaximumSide);
        var rounds = new Option<int>("--rounds") { Description = "Number of timed runs per picture and share", DefaultValueFactory = _ => 3, HelpName = "number" }.AtLeast(1);
        var plot = new Option<string?>("--plot") { Description = "SVG file for a plot of quality against time", HelpName = "file" };
        var command = new Command("cascade", "Two models together: quality and time where the second refines 0 to 100 % of each picture") { first, second, originals, width, rounds, CommonOptions.Json, plot, CommonOptions.Overwrite, CommonOptions.Device, CommonOptions.Threads };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            OutputPaths.Check(parsed.GetValue(CommonOptions.Overwrite), [], parsed.GetValue(CommonOptions.Json), parsed.GetValue(plot));
            var options = new ModelOptions { Device = parsed.GetValue(CommonOptions.Device), Threads = parsed.GetValue(CommonOptions.Threads) };
            using var easy = UpscalingModel.LoadByName(parsed.GetRequiredValue(first), options);
            using var hard = UpscalingModel.LoadByName(parsed.GetRequiredValue(second), options);
            var reader = PictureFormats.Reader();
            var pairs = reader.List(parsed.GetRequiredValue(originals)).Select(path => EvaluationPair.Reduce(Path.GetFileName(path), Reduced(reader.Read(path), parsed.GetValue(width)), easy.Description.Scale));
            var results = new CascadeComparison(easy, hard, parsed.GetValue(rounds)).Run(pairs, new SynchronousProgress<string>(Console.Error.WriteLine), cancellationToken);
            Print(results);
            if (parsed.GetValue(CommonOptions.Json) is { } json)
                AtomicFile.Write(json, parsed.GetValue(CommonOptions.Overwrite), stream => JsonSerializer.Serialize(stream, results, Json));
            if (parsed.GetValue(plot) is { } chart)
                AtomicFile.Write(chart, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(Encoding.UTF8.GetBytes(Plot(results))));
            return 0;
        });
        return command;
    }

    private static Picture Reduced(Picture picture, int? width) => picture.Width > width ? BicubicResampler.ToWidth(picture, width.Value) : picture;

    private static void Print(IReadOnlyList<CascadeResult> results)
    {
        var table = Terminal.Table("refined", "PSNR", "gain kept", "by true error", "at random", "ms/MP", "time of second");
        foreach (var result in results)
        {
            table.AddRow(
                result.Share is { } share ? $"{share:P0}" : "second alone", $"{result.Psnr:F2}", $"{result.Kept:P1}", $"{result.Bound:P1}", $"{result.Random:P1}", $"{result.MillisecondsPerMegapixel:F0}",
                $"{result.MillisecondsPerMegapixel / results[^1].MillisecondsPerMegapixel:F2}");
        }

        Terminal.Output.Write(table);
    }

    private static string Plot(IReadOnlyList<CascadeResult> results) => new LineChart("Two models, one picture", "milliseconds for a million pixels", "PSNR on Y, dB")
        .Add(new ChartSeries("refined by 0 to 100 %", [.. results.SkipLast(1).Select(result => (result.MillisecondsPerMegapixel, result.Psnr))]) { Markers = true })
        .Add(new ChartSeries("second model alone", [(results[^1].MillisecondsPerMegapixel, results[^1].Psnr)]) { Line = false, Markers = true })
        .ToSvg();
}
