#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:project ../src/AdaFormer.Evaluation/AdaFormer.Evaluation.csproj
#:project ../src/AdaFormer.Export/AdaFormer.Export.csproj
#:project ../src/AdaFormer.ImageSharp/AdaFormer.ImageSharp.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Adds a model to the zoo: its hashes, lengths and the scores measured by eng/results.cs are written to models/manifest.json, the scores
// also as a table to models/NAME/README.md.
//   dotnet run eng/zoo.cs -- NAME [DATA]            (in the repository's root, after eng/results.cs)
// With DATA, which has train, bench/Set5/HR, bench/Set14/HR and bench/B100/HR, its INT8 and FP16 variants are also created, measured and added.
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer;
using AdaFormer.Evaluation;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Export;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

if (args.Length is not (1 or 2))
{
    Console.Error.WriteLine("usage: dotnet run eng/zoo.cs -- NAME [DATA]   (in the repository's root, after eng/results.cs)");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var name = args[0];
var onnx = File.ReadAllBytes($"models/{name}/{name}.onnx");
var description = ModelDescription.Read(onnx, name);
var measured = JsonNode.Parse(File.ReadAllText("docs/results.json"))![name];
if (measured?["sha256"]!.GetValue<string>() != HashOf(onnx))
    throw new InvalidDataException($"docs/results.json has no results for the current models/{name}/{name}.onnx; run `dotnet run eng/results.cs -- DATA` first.");

var scores = measured["benchmarks"]!.AsObject().ToDictionary(pair => pair.Key, pair => Score.Of(pair.Value!));
var library = new ModelLibrary("models");
library.Enter(Entry(name, scores, "fp32", [], $"{name}/{name}.onnx", $"{name}/{name}.safetensors"));
WriteIntoCard("scores",
[
    "| benchmark | bicubic | nothing halted | default threshold | loss | work saved | left before the last block |",
    "|---|---:|---:|---:|---:|---:|---:|",
    .. scores.Select(pair => Row(pair.Key, pair.Value)),
]);
if (args.Length == 2)
    MakeVariants(args[1]);
return 0;

void MakeVariants(string data)
{
    var weights = File.ReadAllBytes($"models/{name}/{name}.safetensors");
    var reader = PictureFormats.Reader();
    // Every twentieth training picture: ranges need no more, and quality is measured on others.
    var inputs = reader.List(Path.Combine(data, "train")).Where((_, index) => index % 20 == 0)
        .Select(path => BicubicResampler.Downscale(PictureCrop.ToMultipleOf(reader.Read(path), description.Scale), description.Scale))
        .Select(picture => name.StartsWith("photo-", StringComparison.Ordinal) ? JpegRoundTrip.Apply(picture, 75) : picture).ToArray();
    var ranges = ActivationCalibration.Find(OnnxExporter.ExportForCalibration(weights), inputs);
    var benchmarks = new[] { "Set5", "Set14", "B100" };
    var rows = new List<string> { VariantRow(name, onnx.Length, scores) };
    foreach (var precision in new[] { "int8", "fp16" })
    {
        var variant = $"{name}-{precision}";
        var bytes = OnnxExporter.Export(weights, new ExportOptions
        {
            HaltingThreshold = description.HaltingThreshold,
            TrainingData = description.TrainingData,
            License = description.License,
            ActivationRanges = precision == "int8" ? ranges : null,
            Float16 = precision == "fp16",
        });
        File.WriteAllBytes($"models/{name}/{variant}.onnx", bytes);
        using var model = UpscalingModel.Load(bytes);
        var measured = benchmarks.ToDictionary(benchmark => benchmark, benchmark => Measure(model, reader, Path.Combine(data, "bench", benchmark, "HR")));
        var further = new Dictionary<string, JsonElement> { ["variant_of"] = JsonSerializer.SerializeToElement(name) };
        if (precision == "int8")
            further["activation_ranges"] = JsonSerializer.SerializeToElement(ranges.ToDictionary(range => range.Key, range => new[] { range.Value.Minimum, range.Value.Maximum }));
        library.Enter(Entry(variant, measured, precision, further, $"{name}/{variant}.onnx"));
        rows.Add(VariantRow(variant, bytes.Length, measured));
    }

    WriteIntoCard("variants", [$"| | bytes | {string.Join(" | ", benchmarks)} |", $"|---|---:|{string.Concat(benchmarks.Select(_ => "---:|"))}", .. rows]);

    string VariantRow(string variant, int bytes, Dictionary<string, Score> measured) =>
        $"| `{variant}` | {bytes:N0} | {string.Join(" | ", benchmarks.Select(benchmark => Compared(measured[benchmark], scores[benchmark])))} |";
}

static Score Measure(UpscalingModel model, PictureReader reader, string pictures)
{
    var (halting, all) = (new Evaluator(model, reader).Run(pictures).Average, new Evaluator(model, reader, 1e9f).Run(pictures).Average);
    Console.Error.WriteLine($"{model.Description.Metadata["precision"]}: {pictures}: {all.Upscaled[ImageMetrics.Psnr]:F3} dB, {halting.Upscaled[ImageMetrics.Psnr]:F3} halting");
    return new Score(halting.Bicubic, halting.Upscaled, all.Upscaled, halting.HaltedShare, halting.HaltedLastBlock);
}

ModelEntry Entry(string entered, Dictionary<string, Score> scores, string precision, Dictionary<string, JsonElement> further, params string[] files) => new()
{
    Name = entered,
    Architecture = description.Architecture,
    Scale = description.Scale,
    Precision = precision,
    License = description.License,
    TrainingData = description.TrainingData,
    Source = "this project",
    Files = [.. files.Select(Described)],
    Further = new Dictionary<string, JsonElement>(further)
    {
        ["preset"] = JsonSerializer.SerializeToElement(description.Preset),
        ["halting_threshold"] = JsonSerializer.SerializeToElement(description.HaltingThreshold),
        ["scores"] = JsonSerializer.SerializeToElement(scores.ToDictionary(pair => pair.Key, pair => pair.Value.ToJson())),
    },
};

void WriteIntoCard(string part, string[] table)
{
    var path = $"models/{name}/README.md";
    var card = File.ReadAllText(path);
    var (begin, end) = ($"<!-- {part} -->\n", "<!-- end -->");
    var start = card.IndexOf(begin, StringComparison.Ordinal);
    var stop = start < 0 ? -1 : card.IndexOf(end, start, StringComparison.Ordinal);
    if (stop < 0)
        throw new InvalidDataException($"{path} lacks the lines '{begin.Trim()}' and '{end}' around a table.");
    File.WriteAllText(path, card[..(start + begin.Length)] + string.Join("\n", table) + "\n" + card[stop..]);
}

static string Row(string benchmark, Score s) =>
    $"| {benchmark} | {Shown(s.Bicubic)} | {Shown(s.Unhalted)} | {Shown(s.Upscaled)} | {s.Unhalted[ImageMetrics.Psnr] - s.Upscaled[ImageMetrics.Psnr]:F3} dB | {100 * s.HaltedShare:F0} % | {100 * s.HaltedLastBlock:F0} % |";

static string Shown(IReadOnlyDictionary<IImageMetric, double> values) => string.Join(" / ", values.Select(value => value.Key.Format(value.Value)));

static string Compared(Score variant, Score original) =>
    string.Join(" / ", variant.Upscaled.Select(value => value.Value.ToString($"F{Score.Decimals(value.Key)}")))
    + (variant == original ? "" : $", {variant.Upscaled[ImageMetrics.Psnr] - original.Upscaled[ImageMetrics.Psnr]:+0.0000;-0.0000;0.0000} dB");

static ModelFile Described(string path)
{
    var bytes = File.ReadAllBytes($"models/{path}");
    return new ModelFile(path, bytes.Length, HashOf(bytes));
}

static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

record Score(
    IReadOnlyDictionary<IImageMetric, double> Bicubic, IReadOnlyDictionary<IImageMetric, double> Upscaled, IReadOnlyDictionary<IImageMetric, double> Unhalted,
    double HaltedShare, double HaltedLastBlock)
{
    // Differences below 0.01 dB matter too.
    public static int Decimals(IImageMetric metric) => metric.Unit is null ? metric.Decimals : metric.Decimals + 1;

    public static Score Of(JsonNode json) => new(
        Values(json, "bicubic_"), Values(json, ""), Values(json, "unhalted_"), json["halted_share"]!.GetValue<double>(), json["halted_by_block"]!.AsArray()[^1]!.GetValue<double>());

    public JsonObject ToJson() => new(
    [
        .. Rounded("bicubic_", Bicubic), .. Rounded("", Upscaled), .. Rounded("unhalted_", Unhalted),
        new("halted_share", Math.Round(HaltedShare, 4)), new("halted_last_block", Math.Round(HaltedLastBlock, 4)),
    ]);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Rounded(string prefix, IReadOnlyDictionary<IImageMetric, double> values) =>
        values.Select(value => KeyValuePair.Create<string, JsonNode?>(prefix + value.Key.Key, Math.Round(value.Value, Decimals(value.Key))));

    // Results from before a metric existed lack it.
    private static Dictionary<IImageMetric, double> Values(JsonNode json, string prefix) =>
        ImageMetrics.All.Where(metric => json[prefix + metric.Key] is not null).ToDictionary(metric => metric, metric => json[prefix + metric.Key]!.GetValue<double>());
}
