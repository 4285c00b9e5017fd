using System.CommandLine;
using System.Globalization;
using System.Text;
using AdaFormer.Evaluation;
using AdaFormer.Export.Weights;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.Programs;
using AdaFormer.Research.Ablations;
using AdaFormer.Research.Halting;
using AdaFormer.Training.Evaluation;
using Spectre.Console;

namespace AdaFormer.Research.Commands;

/// <summary>The command <c>halting</c>.</summary>
internal static class HaltingCommand
{
    public static Command Create()
    {
        var weights = new Argument<string>("weights") { Description = "Safetensors file, such as models/tiny-x4/tiny-x4.safetensors" };
        var original = new Option<string>("--hr") { Description = "Folder of high-resolution originals", Required = true, HelpName = "folder" };
        var chart = new Option<string?>("--chart") { Description = "SVG file for the curve of quality against work saved", HelpName = "file" };
        var overwrite = new Option<bool>("--overwrite", "-f") { Description = "Replace an existing file" };
        var command = new Command("halting", "Measures whether halting pays off: rank correlation of score and error, and quality against work saved, compared with random places")
        {
            weights, original, chart, overwrite,
        };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(weights);
            OutputPaths.Check(parsed.GetValue(overwrite), [path], parsed.GetValue(chart));
            using var network = AblatedNetwork.Load(SafetensorsFile.Read(path));
            var pictures = new FolderEvaluation(parsed.GetRequiredValue(original), network.Configuration.Scale, cancellationToken);
            var thresholds = HaltingStudy.UsualThresholds;
            var study = Terminal.WithProgress("halting", tell => HaltingStudy.Run(
                network, pictures, thresholds, new SynchronousProgress<int>(done => tell(done, 2 + (2 * thresholds.Count))), cancellationToken));
            Print(study);
            if (parsed.GetValue(chart) is { } target)
                AtomicFile.Write(target, parsed.GetValue(overwrite), stream => stream.Write(Encoding.UTF8.GetBytes(Chart(study, Path.GetFileName(path)).ToSvg())));
            return 0;
        });
        return command;
    }

    private static void Print(HaltingStudy study)
    {
        Terminal.Output.WriteLine($"nothing halted: {Number(study.Unhalted.Psnr, "F3")} dB");
        Terminal.Output.WriteLine($"rank correlation of score and error, by block: {string.Join(", ", study.RankCorrelation.Select(value => Number(value, "F3")))}");
        var table = Terminal.Table("threshold", "work saved", "last block halted", "loss dB", "at random places");
        foreach (var (confident, elsewhere) in study.Points)
        {
            table.AddRow(
                Number(confident.HaltingThreshold, "G3"), Number(1 - confident.WorkShare, "P1"), Number(confident.HaltedShare[^1], "P1"),
                Number(study.Unhalted.Psnr - confident.Psnr, "F3"), Number(study.Unhalted.Psnr - elsewhere.Psnr, "F3"));
        }

        Terminal.Output.Write(table);
    }

    private static LineChart Chart(HaltingStudy study, string name) => new LineChart(name, "work of the blocks saved, %", "PSNR-Y, dB")
        .Add(new ChartSeries("halted by confidence", Curve(study, point => point.Confident)) { Markers = true })
        .Add(new ChartSeries("as many, at random places", Curve(study, point => point.RandomControl)) { Markers = true, Dashed = true });

    private static (double, double)[] Curve(HaltingStudy study, Func<HaltingStudyPoint, EvaluationResult> of) =>
        [.. study.Points.Select(of).Append(study.Unhalted).Select(result => (100 * (1 - result.WorkShare), result.Psnr)).OrderBy(point => point.Item1)];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
