using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AdaFormer.Evaluation;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.ImageSharp;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer eval</c>: PSNR and SSIM over a folder, beside bicubic interpolation.</summary>
internal static class EvalCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var original = new Option<string>("--hr") { Description = "Folder of high-resolution originals; grey ones are taken for luma", Required = true, HelpName = "folder" };
        var input = new Option<string?>("--lr") { Description = "Folder of low-resolution pictures of the same names [default: made from the originals by MATLAB's bicubic]", HelpName = "folder" };
        var json = new Option<string?>("--json") { Description = "File for all figures", HelpName = "file" };
        var jpeg = new Option<int[]>("--jpeg")
        {
            Description = "Measure on inputs saved as JPEG of these qualities too (4:2:0), such as 50,75,90",
            HelpName = "qualities",
            DefaultValueFactory = _ => [],
            CustomParser = result => OptionChecks.Numbers(result, 1, 100),
        };
        var noise = new Option<int[]>("--noise")
        {
            Description = "Measure on inputs with Gaussian noise of these standard deviations in grey levels too, such as 5,10",
            HelpName = "deviations",
            DefaultValueFactory = _ => [],
            CustomParser = result => OptionChecks.Numbers(result, 0, 255),
        };
        var overwrite = new Option<bool>("--overwrite", "-f") { Description = "Replace a file that exists" };
        var command = new Command("eval", "Measures PSNR and SSIM (Y, as papers do) and the share of tokens halted over a folder, beside bicubic")
        {
            original, input, jpeg, noise, json, overwrite,
        };
        var model = new ModelOption(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            OutputPaths.Check(parsed.GetValue(overwrite), [model.Path(parsed)], parsed.GetValue(json));
            var folder = parsed.GetRequiredValue(original);
            var inputs = new List<EvaluationInput> { new("clean", picture => picture) };
            inputs.AddRange(parsed.GetValue(jpeg)!.Select(EvaluationInput.Jpeg));
            inputs.AddRange(parsed.GetValue(noise)!.Select(EvaluationInput.Noise));
            using var loaded = model.Load(parsed);
            var (done, count) = (0, inputs.Count * PictureFormats.Reader().List(folder).Count);
            var reports = Terminal.WithProgress("eval", tell => inputs.Select(kind =>
                new Evaluator(loaded, PictureFormats.Reader(), model.HaltingThreshold(parsed), kind.Spoil)
                    .Run(folder, parsed.GetValue(input), new SynchronousProgress<PictureScore>(_ => tell(++done, count)), cancellationToken)).ToArray());
            Print(reports[0]);
            if (inputs.Count > 1)
                Print(inputs, reports);
            if (parsed.GetValue(json) is { } path)
            {
                object figures = inputs.Count == 1 ? reports[0] : inputs.Zip(reports, (kind, report) => new { Input = kind.Name, report.Images, report.Average });
                AtomicFile.Write(path, parsed.GetValue(overwrite), stream => JsonSerializer.Serialize(stream, figures, Json));
            }

            return 0;
        });
        return command;
    }

    private static void Print(IReadOnlyList<EvaluationInput> inputs, EvaluationReport[] reports)
    {
        var table = Terminal.Table("input", "PSNR-Y", "bicubic", "gained", "SSIM-Y", "bicubic", "halted");
        foreach (var (kind, score) in inputs.Zip(reports, (kind, report) => (kind, report.Average)))
        {
            table.AddRow(
                Markup.Escape(kind.Name), Number(score.PsnrY, "F2"), Number(score.BicubicPsnrY, "F2"), Number(score.PsnrY - score.BicubicPsnrY, "F2"),
                Number(score.SsimY, "F4"), Number(score.BicubicSsimY, "F4"), Number(score.HaltedShare, "P0"));
        }

        Terminal.Output.Write(table);
    }

    private static void Print(EvaluationReport report)
    {
        var table = Terminal.Table("picture", "PSNR-Y", "SSIM-Y", "bicubic", "SSIM", "halted", "last block", "s");
        foreach (var image in report.Images)
            AddRow(table, image);
        table.AddEmptyRow();
        AddRow(table, report.Average);
        Terminal.Output.Write(table);
    }

    private static void AddRow(Table table, PictureScore score) => table.AddRow(
        Markup.Escape(score.Name), Number(score.PsnrY, "F2"), Number(score.SsimY, "F4"), Number(score.BicubicPsnrY, "F2"),
        Number(score.BicubicSsimY, "F4"), Number(score.HaltedShare, "P0"), Number(score.HaltedLastBlock, "P0"), Number(score.Seconds, "F2"));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
