using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer.Evaluation;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.IO;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer eval</c>: all metrics over a folder, compared with bicubic interpolation.</summary>
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
        var original = new Option<string>("--hr") { Description = "Folder of high-resolution originals; grey ones are treated as luma", Required = true, HelpName = "folder" };
        var input = new Option<string?>("--lr") { Description = "Folder of low-resolution pictures of the same names, of spoilt ones for a model that keeps the size [default: made from the originals by MATLAB's bicubic]", HelpName = "folder" };
        var jpeg = new Option<int[]>("--jpeg")
        {
            Description = "Also measure on inputs saved as JPEG of these qualities (4:2:0), such as 50,75,90",
            HelpName = "qualities",
            DefaultValueFactory = _ => [],
            CustomParser = result => OptionChecks.Numbers(result, 1, 100),
        };
        var noise = new Option<int[]>("--noise")
        {
            Description = "Also measure on inputs with Gaussian noise of these standard deviations in grey levels, such as 5,10",
            HelpName = "deviations",
            DefaultValueFactory = _ => [],
            CustomParser = result => OptionChecks.Numbers(result, 0, 255),
        };
        var command = new Command("eval", $"Measures {string.Join(" and ", ImageMetrics.All.Select(metric => metric.Name.Split('-')[0]))} (Y, as papers do) and the share of tokens halted over a folder, compared with bicubic")
        {
            original, input, jpeg, noise, CommonOptions.Json, CommonOptions.Overwrite,
        };
        var model = new ModelOption(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            OutputPaths.Check(parsed.GetValue(CommonOptions.Overwrite), [model.Path(parsed)], parsed.GetValue(CommonOptions.Json));
            var folder = parsed.GetRequiredValue(original);
            EvaluationInput[] inputs =
            [
                new("clean", picture => picture), .. parsed.GetValue(jpeg)!.Select(EvaluationInput.Jpeg), .. parsed.GetValue(noise)!.Select(EvaluationInput.Noise),
            ];
            using var loaded = model.Load(parsed);
            var keepsSize = loaded.Description.Scale == 1;
            if (keepsSize && inputs.Length == 1 && parsed.GetValue(input) is null)
                Terminal.Warn("the model keeps the size, so its inputs are the originals themselves; --jpeg, --noise or --lr give it something to repair");
            var (done, count) = (0, inputs.Length * PictureFormats.Reader().List(folder).Count);
            var reports = Terminal.WithProgress("eval", tell => inputs.Select(kind =>
                new Evaluator(loaded, PictureFormats.Reader(), model.HaltingThreshold(parsed), kind.Spoil)
                    .Run(folder, parsed.GetValue(input), new SynchronousProgress<PictureScore>(_ => tell(++done, count)), cancellationToken)).ToArray());
            var compared = keepsSize ? "before" : "bicubic";
            Print(reports[0], compared);
            if (inputs.Length > 1)
                Print([.. inputs.Select(kind => kind.Name)], reports, compared);
            if (parsed.GetValue(CommonOptions.Json) is { } path)
            {
                object figures = inputs.Length == 1
                    ? new { Images = reports[0].Images.Select(Figures), Average = Figures(reports[0].Average) }
                    : inputs.Zip(reports, (kind, report) => new { Input = kind.Name, Images = report.Images.Select(Figures), Average = Figures(report.Average) });
                AtomicFile.Write(path, parsed.GetValue(CommonOptions.Overwrite), stream => JsonSerializer.Serialize(stream, figures, Json));
            }

            return 0;
        });
        return command;
    }

    private static void Print(IReadOnlyList<string> inputs, EvaluationReport[] reports, string compared)
    {
        var table = Terminal.Table(["input", .. ImageMetrics.All.SelectMany(metric => Gained(metric) ? [metric.Name, compared, "gained"] : new[] { metric.Name, compared }), "halted"]);
        foreach (var (input, score) in inputs.Zip(reports, (input, report) => (input, report.Average)))
            table.AddRow([Markup.Escape(input), .. ImageMetrics.All.SelectMany(metric => Values(metric, score.Upscaled[metric], score.Bicubic[metric])), Number(score.HaltedShare, "P0")]);
        Terminal.Output.Write(table);

        static bool Gained(IImageMetric metric) => metric == ImageMetrics.All[0];

        static IEnumerable<string> Values(IImageMetric metric, double upscaled, double bicubic) =>
            Gained(metric) ? [metric.Format(upscaled), metric.Format(bicubic), metric.Format(upscaled - bicubic)] : [metric.Format(upscaled), metric.Format(bicubic)];
    }

    private static void Print(EvaluationReport report, string compared)
    {
        var bicubic = ImageMetrics.All.Skip(1).Select(metric => metric.Name.Split('-')[0]).Prepend(compared);
        var table = Terminal.Table(["picture", .. ImageMetrics.All.Select(metric => metric.Name), .. bicubic, "halted", "last block", "s"]);
        foreach (var image in report.Images)
            AddRow(table, image);
        table.AddEmptyRow();
        AddRow(table, report.Average);
        Terminal.Output.Write(table);
    }

    private static void AddRow(Table table, PictureScore score) => table.AddRow(
    [
        Markup.Escape(score.Name), .. ImageMetrics.All.Select(metric => metric.Format(score.Upscaled[metric])), .. ImageMetrics.All.Select(metric => metric.Format(score.Bicubic[metric])),
        Number(score.HaltedShare, "P0"), Number(score.HaltedLastBlock, "P0"), Number(score.Seconds, "F2"),
    ]);

    private static JsonObject Figures(PictureScore score) => new(
    [
        KeyValuePair.Create<string, JsonNode?>("name", score.Name),
        .. ImageMetrics.All.Select(metric => Figure(metric.Key, score.Upscaled[metric])),
        .. ImageMetrics.All.Select(metric => Figure($"bicubic_{metric.Key}", score.Bicubic[metric])),
        Figure("halted_share", score.HaltedShare), Figure("halted_last_block", score.HaltedLastBlock), Figure("halted_by_block", score.HaltedByBlock), Figure("seconds", score.Seconds),
    ]);

    private static KeyValuePair<string, JsonNode?> Figure<T>(string name, T value) => new(name, JsonSerializer.SerializeToNode(value, Json));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>A degradation applied to low-resolution pictures before a model is measured on them.</summary>
internal sealed record EvaluationInput(string Name, Func<Picture, Picture> Spoil)
{
    public static EvaluationInput Jpeg(int quality) => new(string.Create(CultureInfo.InvariantCulture, $"JPEG {quality}"), picture => JpegRoundTrip.Apply(picture, quality));

    public static EvaluationInput Noise(int sigma) => new(string.Create(CultureInfo.InvariantCulture, $"noise {sigma}"), picture => GaussianNoise.Add(picture, sigma));
}
