#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Enters a model into the zoo: measures models/NAME/NAME.onnx on the benchmarks, halting and not, and writes the figures, hashes and
// lengths into models/manifest.json and the table in models/NAME/README.md.
//   dotnet run eng/zoo.cs -- NAME BENCHMARKS        (BENCHMARKS has Set5/HR, Set14/HR, B100/HR, and Urban100/HR_Y with LRx4)
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer;
using AdaFormer.Evaluation;
using AdaFormer.Imaging;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run eng/zoo.cs -- NAME BENCHMARKS   (in the repository's root)");
    return 2;
}

var (name, benchmarks) = (args[0], args[1]);
var folder = Path.Combine("models", name);
using var model = UpscalingModel.Load(Path.Combine(folder, $"{name}.onnx"));
var scores = new JsonObject();
var table = new List<string>
{
    "| benchmark | bicubic | nothing halted | default threshold | loss | work saved | left before the last block |",
    "|---|---:|---:|---:|---:|---:|---:|",
};
foreach (var (benchmark, original, input) in new[]
{
    ("Set5", "HR", (string?)null), ("Set14", "HR", null), ("B100", "HR", null), ("Urban100 (50 pictures)", "HR_Y", $"LRx{model.Description.Scale}"),
})
{
    var root = Path.Combine(benchmarks, benchmark.Split(' ')[0]);
    if (!Directory.Exists(Path.Combine(root, original)) || (input is not null && !Directory.Exists(Path.Combine(root, input))))
        continue;
    var halting = Measure(null);
    var unhalted = Measure(1e9f);
    scores[benchmark] = new JsonObject
    {
        ["bicubic_psnr_y"] = Rounded(halting.BicubicPsnrY, 3), ["bicubic_ssim_y"] = Rounded(halting.BicubicSsimY, 4),
        ["psnr_y"] = Rounded(halting.PsnrY, 3), ["ssim_y"] = Rounded(halting.SsimY, 4),
        ["unhalted_psnr_y"] = Rounded(unhalted.PsnrY, 3), ["unhalted_ssim_y"] = Rounded(unhalted.SsimY, 4),
        ["halted_share"] = Rounded(halting.HaltedShare, 4), ["halted_last_block"] = Rounded(halting.HaltedLastBlock, 4),
    };
    table.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"| {benchmark} | {halting.BicubicPsnrY:F2} / {halting.BicubicSsimY:F4} | {unhalted.PsnrY:F2} / {unhalted.SsimY:F4} | {halting.PsnrY:F2} / {halting.SsimY:F4} | {unhalted.PsnrY - halting.PsnrY:F3} dB | {100 * halting.HaltedShare:F0} % | {100 * halting.HaltedLastBlock:F0} % |"));
    Console.Error.WriteLine(table[^1]);

    PictureScore Measure(float? threshold) =>
        new Evaluator(model, new PictureReader(), threshold).Run(Path.Combine(root, original), input is null ? null : Path.Combine(root, input)).Average;
}

var entry = new JsonObject
{
    ["name"] = name,
    ["architecture"] = model.Description.Architecture,
    ["preset"] = model.Description.Preset,
    ["scale"] = model.Description.Scale,
    ["halting_threshold"] = model.Description.HaltingThreshold,
    ["training_data"] = model.Description.TrainingData,
    ["license"] = model.Description.License,
    ["files"] = new JsonArray([.. new[] { "onnx", "safetensors" }.Select(extension => Described($"{name}/{name}.{extension}"))]),
    ["scores"] = scores,
};
var manifestPath = Path.Combine("models", "manifest.json");
var manifest = File.Exists(manifestPath) ? JsonNode.Parse(File.ReadAllText(manifestPath))! : new JsonObject { ["models"] = new JsonArray() };
var models = manifest["models"]!.AsArray();
models.RemoveAll(other => other!["name"]!.GetValue<string>() == name);
models.Add(entry);
File.WriteAllText(manifestPath, manifest.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");

var cardPath = Path.Combine(folder, "README.md");
var card = File.ReadAllText(cardPath);
const string begin = "<!-- scores -->\n", end = "<!-- end -->";
var (start, stop) = (card.IndexOf(begin, StringComparison.Ordinal), card.IndexOf(end, StringComparison.Ordinal));
if (start < 0 || stop < start)
    throw new InvalidDataException($"{cardPath} has no lines '{begin.Trim()}' and '{end}', between which the table belongs.");
File.WriteAllText(cardPath, card[..(start + begin.Length)] + string.Join("\n", table) + "\n" + card[stop..]);
return 0;

static JsonNode Rounded(double value, int digits) => JsonValue.Create(Math.Round(value, digits));

static JsonNode Described(string path)
{
    var bytes = File.ReadAllBytes(Path.Combine("models", path));
    return new JsonObject { ["path"] = path, ["bytes"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
}
