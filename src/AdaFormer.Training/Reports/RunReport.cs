using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using AdaFormer.Evaluation;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.IO;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;

namespace AdaFormer.Training.Reports;

/// <summary>
/// A run's report as a page, <c>report.html</c> in the output folder: curves from the run's tables, complete even for a resumed run, crops of
/// validation pictures, and the settings. One file, without scripts.
/// </summary>
internal sealed class RunReport
{
    private const int MostCrops = 3;

    private const string Style =
        ":root{color-scheme:light dark}body{font:15px system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em}" +
        ".charts{display:flex;flex-wrap:wrap;gap:1em}.charts svg{max-width:100%;height:auto}" +
        "figure{display:inline-block;margin:0 1em 1em 0}figcaption{color:GrayText}.crops img{width:256px;max-width:40vw;image-rendering:pixelated}" +
        "table{border-collapse:collapse}td{border-bottom:1px solid #8884;padding:.15em 1.5em .15em 0;vertical-align:top}";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly TrainingConfiguration _configuration;
    private readonly SampleCrop[] _crops;

    /// <param name="configuration">The run's settings.</param>
    /// <param name="pictures">The validation pictures; the first ones are shown.</param>
    public RunReport(TrainingConfiguration configuration, IEnumerable<(string Name, PicturePair Pair)> pictures)
    {
        _configuration = configuration;
        _crops = pictures.Take(MostCrops).Select(picture => new SampleCrop(picture.Name, picture.Pair)).ToArray();
    }

    /// <summary>Rewrites the page; the previous one stays until it is complete.</summary>
    /// <param name="network">The averaged weights to show.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public void Write(ITrainableNetwork network)
    {
        var page = Page(network);
        AtomicFile.Write(Path.Combine(_configuration.OutputFolder, "report.html"), overwrite: true, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write("<!DOCTYPE html>\n");
            writer.Write(page.ToString());
        });
    }

    private XElement Page(ITrainableNetwork network)
    {
        var name = $"{network.Title}, ×{_configuration.Scale}";
        var training = RunTable.Read(Path.Combine(_configuration.OutputFolder, "training.csv"));
        var validation = RunTable.Read(Path.Combine(_configuration.OutputFolder, "validation.csv"));
        return new XElement(
            "html", new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                new XElement("title", name), new XElement("style", Style)),
            new XElement(
                "body",
                new XElement("h1", name), new XElement("p", Summary(validation)),
                new XElement("div", new XAttribute("class", "charts"), Charts(training, validation).Select(chart => XElement.Parse(chart.ToSvg()))),
                new XElement("h2", "Samples"), _crops.Select(crop => Sample(crop, network)),
                new XElement("h2", "Settings"), Settings()));
    }

    private string Summary(RunTable validation)
    {
        if (validation.Curve("psnr") is not { Count: > 0 } psnr)
            return $"No validation yet, of {_configuration.Iterations} iterations.";
        var (last, best) = (psnr[^1], psnr.MaxBy(point => point.Y));
        return FormattableString.Invariant(
            $"Iteration {last.X} of {_configuration.Iterations}: {last.Y:F3} dB {(Halts(validation) ? "with halting " : "")}on the validation pictures; the best so far was {best.Y:F3} dB at {best.X}.");
    }

    private static IEnumerable<LineChart> Charts(RunTable training, RunTable validation)
    {
        yield return Chart("L1", "mean absolute difference, 0..1").Add(new ChartSeries("", training.Curve("l1")));
        if (training.Columns("usl").Any())
            yield return Chart("Uncertainty loss", "USL, summed over the blocks").Add(new ChartSeries("", training.Curve("usl")));
        yield return Psnr(validation);
        foreach (var (title, table) in new[] { ("Tokens that left, training", training), ("Tokens that left, validation", validation) })
        {
            var chart = Chart(title, "tokens, %");
            foreach (var column in table.Columns("halted_"))
                chart.Add(new ChartSeries($"block {column["halted_".Length..]}", table.Curve(column, 100)));
            if (table.Columns("halted_").Any())
                yield return chart;
        }

        yield return Chart("Learning rate", "learning rate").Add(new ChartSeries("", training.Curve("learning_rate")));
    }

    private static LineChart Psnr(RunTable validation)
    {
        var halts = Halts(validation);
        var chart = Chart("Validation", "PSNR-Y, dB").Add(new ChartSeries(halts ? "with halting" : "", validation.Curve("psnr")) { Markers = true });
        if (halts)
            chart.Add(new ChartSeries("nothing halted", validation.Curve("psnr_unhalted")) { Dashed = true });
        return validation.Columns("psnr_jpeg").Any() ? chart.Add(new ChartSeries("of JPEGs", validation.Curve("psnr_jpeg")) { Markers = true }) : chart;
    }

    private static bool Halts(RunTable validation) => validation.Columns("psnr_unhalted").Any();

    private static LineChart Chart(string title, string yLabel) => new(title, "iteration", yLabel);

    private XElement Sample(SampleCrop crop, ITrainableNetwork network) => new(
        "div", new XAttribute("class", "crops"),
        new XElement("h3", crop.Name),
        crop.Draw(network).Select(panel => new XElement(
            "figure", new XElement("img", new XAttribute("alt", panel.Title), new XAttribute("src", DataUri(panel.Picture))), new XElement("figcaption", panel.Title))));

    private XElement Settings() => new(
        "table",
        TrainingConfigurationFile.ToJson(_configuration, Json).Where(IsOfTheNetwork).Select(setting => new XElement(
            "tr", new XElement("td", setting.Key), new XElement("td", Text(setting.Value)))));

    private bool IsOfTheNetwork(KeyValuePair<string, JsonNode?> setting) => TrainableArchitectures.HasSetting(_configuration.Architecture, setting.Key);

    private static string Text(JsonNode? value) => value switch
    {
        null => "–",
        JsonArray list => string.Join(", ", list.Select(Text)),
        _ => value.ToString() is { Length: > 0 } text ? text : "–",
    };

    private static string DataUri(Picture picture)
    {
        using var stream = new MemoryStream();
        PngFile.Save(picture, stream);
        return $"data:image/png;base64,{Convert.ToBase64String(stream.GetBuffer(), 0, (int)stream.Length)}";
    }
}
