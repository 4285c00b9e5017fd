#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Enters a model into the zoo: its hashes, lengths and the scores that eng/results.cs measured go into models/manifest.json, the scores
// as a table into models/NAME/README.md.
//   dotnet run eng/zoo.cs -- NAME                   (in the repository's root, after eng/results.cs)
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run eng/zoo.cs -- NAME   (in the repository's root, after eng/results.cs)");
    return 2;
}

var name = args[0];
var folder = Path.Combine("models", name);
var onnx = File.ReadAllBytes(Path.Combine(folder, $"{name}.onnx"));
var description = ModelDescription.Read(onnx, name);
var measured = JsonNode.Parse(File.ReadAllText("docs/results.json"))![name];
if (measured?["sha256"]!.GetValue<string>() != Convert.ToHexStringLower(SHA256.HashData(onnx)))
    throw new InvalidDataException($"docs/results.json does not know {folder}/{name}.onnx as it is now; run `dotnet run eng/results.cs -- DATA` first.");

var scores = new JsonObject();
var table = new List<string>
{
    "| benchmark | bicubic | nothing halted | default threshold | loss | work saved | left before the last block |",
    "|---|---:|---:|---:|---:|---:|---:|",
};
foreach (var (benchmark, score) in measured["benchmarks"]!.AsObject())
{
    var lastBlock = score!["halted_by_block"]!.AsArray()[^1]!.GetValue<double>();
    scores[benchmark] = new JsonObject
    {
        ["bicubic_psnr_y"] = Rounded("bicubic_psnr_y", 3), ["bicubic_ssim_y"] = Rounded("bicubic_ssim_y", 4),
        ["psnr_y"] = Rounded("psnr_y", 3), ["ssim_y"] = Rounded("ssim_y", 4),
        ["unhalted_psnr_y"] = Rounded("unhalted_psnr_y", 3), ["unhalted_ssim_y"] = Rounded("unhalted_ssim_y", 4),
        ["halted_share"] = Rounded("halted_share", 4), ["halted_last_block"] = Math.Round(lastBlock, 4),
    };
    table.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"| {benchmark} | {Of("bicubic_psnr_y"):F2} / {Of("bicubic_ssim_y"):F4} | {Of("unhalted_psnr_y"):F2} / {Of("unhalted_ssim_y"):F4} | {Of("psnr_y"):F2} / {Of("ssim_y"):F4} | {Of("unhalted_psnr_y") - Of("psnr_y"):F3} dB | {100 * Of("halted_share"):F0} % | {100 * lastBlock:F0} % |"));

    double Of(string key) => score[key]!.GetValue<double>();

    double Rounded(string key, int digits) => Math.Round(Of(key), digits);
}

var entry = new JsonObject
{
    ["name"] = name,
    ["architecture"] = description.Architecture,
    ["preset"] = description.Preset,
    ["scale"] = description.Scale,
    ["halting_threshold"] = description.HaltingThreshold,
    ["training_data"] = description.TrainingData,
    ["license"] = description.License,
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

static JsonNode Described(string path)
{
    var bytes = File.ReadAllBytes(Path.Combine("models", path));
    return new JsonObject { ["path"] = path, ["bytes"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
}
