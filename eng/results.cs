#!/usr/bin/env dotnet
#:project ../src/AdaFormer.Training/AdaFormer.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:package TorchSharp-cpu
#:property PublishAot=false

// Measures the models in models/ and writes docs/results.md, its figures, and docs/results.json with the raw numbers.
//   dotnet run eng/results.cs -- DATA [NAME...]       (in the repository's root)
// DATA has bench/Set5/HR, bench/Set14/HR, bench/B100/HR, bench/Urban100/HR_Y with LRx4, valid and large. Folders that DATA lacks are skipped.
// Without names, it measures the models whose files differ from those that docs/results.json was made from.
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdaFormer;
using AdaFormer.Evaluation;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.ImageSharp;
using AdaFormer.Training.Architectures.AdaFormer;
using static TorchSharp.torch;

const string Large = "large, 4K", Json = "docs/results.json", Figures = "docs/results";
if (args.Length == 0 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: dotnet run eng/results.cs -- DATA [NAME...]   (in the repository's root; DATA is a folder with bench and large)");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var clock = Stopwatch.StartNew();
var reader = PictureFormats.Reader();
var json = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
var known = File.Exists(Json) ? JsonSerializer.Deserialize<Dictionary<string, Model>>(File.ReadAllText(Json), json)! : [];
var names = Directory.GetDirectories("models").Select(folder => Path.GetFileName(folder)).Where(name => File.Exists(OnnxPath(name))).Order(StringComparer.Ordinal).ToArray();
if (args[1..].FirstOrDefault(name => !names.Contains(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no {OnnxPath(unknown)}; there are {string.Join(", ", names)}.");
    return 2;
}

Directory.CreateDirectory(Figures);
var large = new Lazy<DirectoryInfo?>(ReduceLarge);
var results = new SortedDictionary<string, Model>(StringComparer.Ordinal);
foreach (var name in names)
{
    var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(OnnxPath(name))));
    var keep = known.TryGetValue(name, out var before) && before.Sha256 == hash && !args[1..].Contains(name);
    results[name] = keep ? before! : Measure(name, hash);
    if (results[name].Inputs is null)
        results[name] = results[name] with { Inputs = MeasureInputs(name) };
    File.WriteAllText(Json, JsonSerializer.Serialize(results, json) + "\n");
    Maps(name, results[name].Threshold);
}

if (large is { IsValueCreated: true, Value: { } folder })
    folder.Delete(recursive: true);
Charts();
File.WriteAllText("docs/results.md", Page());
return 0;

string OnnxPath(string name) => $"models/{name}/{name}.onnx";

Model Measure(string name, string hash)
{
    using var model = UpscalingModel.Load(OnnxPath(name));
    var scale = model.Description.Scale;
    var benchmarks = new Dictionary<string, JsonObject>();
    foreach (var (benchmark, original, input) in new[] { ("Set5", "HR", null), ("Set14", "HR", null), ("B100", "HR", null), ("Urban100", "HR_Y", $"LRx{scale}") })
    {
        var root = Path.Combine(args[0], "bench", benchmark);
        if (Directory.Exists(Path.Combine(root, original)) && (input is null || Directory.Exists(Path.Combine(root, input))))
            Add(benchmark, Path.Combine(root, original), input is null ? null : Path.Combine(root, input));
    }

    if (scale == 4 && large.Value is { } folder)
        Add(Large, folder.FullName, null);
    var set14 = Path.Combine(args[0], "bench", "Set14", "HR");
    var sweep = Directory.Exists(set14) ? Sweep(set14) : [];
    var parameters = SafetensorsFile.Read($"models/{name}/{name}.safetensors").Tensors.Values.Sum(tensor => tensor.Values.LongLength);
    return new Model(hash, model.Description.Preset, scale, parameters, model.Description.HaltingThreshold, benchmarks, sweep, null);

    void Add(string benchmark, string original, string? input)
    {
        var (halting, all) = (Run(null, original, input), Run(1e9f, original, input));
        benchmarks[benchmark] = new JsonObject(
        [
            .. Values("bicubic_", halting.Bicubic), .. Values("unhalted_", all.Upscaled), .. Values("", halting.Upscaled),
            new("halted_share", halting.HaltedShare), new("halted_by_block", new JsonArray([.. halting.HaltedByBlock.Select(share => (JsonNode)share)])),
        ]);
        Say($"{name}: {benchmark}: {all.Upscaled[ImageMetrics.Psnr]:F3} dB, {halting.Upscaled[ImageMetrics.Psnr]:F3} with {halting.HaltedLastBlock:P1} of the last block's tokens halted");
    }

    // Without bicubic and SSIM, which take longer than the network.
    List<Point> Sweep(string folder)
    {
        var pairs = reader.List(folder).Select(path => EvaluationPair.Reduce(Path.GetFileName(path), reader.Read(path), scale)).ToArray();
        return new[] { 0.1f, 0.2f, 0.3f, 0.4f, 0.6f, 0.8f, 1f, 1.5f, 2f, 1e9f }.Select(threshold =>
        {
            var average = new Evaluator(model, haltingThreshold: threshold) { Metrics = [ImageMetrics.Psnr], Bicubic = false }.Run(pairs).Average;
            var point = new Point(threshold, average.Upscaled[ImageMetrics.Psnr], average.HaltedShare);
            Say($"{name}: Set14 at {threshold}: {point.PsnrY:F3} dB, {point.HaltedShare:P1} saved");
            return point;
        }).ToList();
    }

    IEnumerable<KeyValuePair<string, JsonNode?>> Values(string prefix, IReadOnlyDictionary<IImageMetric, double> values) =>
        ImageMetrics.All.Select(metric => KeyValuePair.Create<string, JsonNode?>(prefix + metric.Key, values[metric]));

    PictureScore Run(float? threshold, string original, string? input) => new Evaluator(model, reader, threshold).Run(original, input).Average;
}

// Clean low-resolution pictures, and the same saved as JPEG.
List<Input> MeasureInputs(string name)
{
    using var model = UpscalingModel.Load(OnnxPath(name));
    var inputs = new List<Input>();
    foreach (var folder in new[] { "bench/Set5/HR", "bench/Set14/HR", "bench/B100/HR", "valid" }.Where(folder => Directory.Exists(Path.Combine(args[0], folder))))
    {
        foreach (var quality in new int?[] { null, 90, 75, 50 })
        {
            var evaluator = new Evaluator(model, reader, spoil: quality is { } saved ? picture => JpegRoundTrip.Apply(picture, saved) : null) { Metrics = [ImageMetrics.Psnr] };
            var scores = evaluator.Run(Path.Combine(args[0], folder)).Average;
            var (bicubic, psnr) = (scores.Bicubic[ImageMetrics.Psnr], scores.Upscaled[ImageMetrics.Psnr]);
            inputs.Add(new Input(folder == "valid" ? folder : folder.Split('/')[1], quality, bicubic, psnr, scores.HaltedShare));
            Say($"{name}: {folder}, {Called(quality)}: {bicubic:F3} dB bicubic, {psnr:F3}");
        }
    }

    return inputs;
}

string Called(int? quality) => quality is null ? "clean" : $"JPEG {quality}";

DirectoryInfo? ReduceLarge()
{
    if (!Directory.Exists(Path.Combine(args[0], "large")))
        return null;
    var folder = Directory.CreateTempSubdirectory("adaformer-results-");
    foreach (var path in reader.List(Path.Combine(args[0], "large")))
    {
        var picture = reader.Read(path);
        using var file = File.Create(Path.Combine(folder.FullName, Path.ChangeExtension(Path.GetFileName(path), ".png")));
        PngFile.Save(picture.Width > 3840 ? BicubicResampler.ToWidth(picture, 3840) : picture, file);
        Say($"{path}: to 3840 pixels across");
    }

    return folder;
}

// For the project's own picture: upper row the confidence after each block, lower row the tokens that each block processes; and the halting map.
void Maps(string name, double threshold)
{
    var picture = reader.Read("samples/scene-small.png");
    using (var model = UpscalingModel.Load(OnnxPath(name)))
        Save($"{name}-halting-map.png", HaltingHeatMap.Draw(new Upscaler(model).Upscale(picture).HaltingDepth, picture, 2));
    using var scope = NewDisposeScope();
    using var _ = no_grad();
    using var network = NetworkWeights.Load(SafetensorsFile.Read($"models/{name}/{name}.safetensors"));
    var image = new float[3 * picture.Width * picture.Height];
    for (var i = 0; i < image.Length; i++)
        image[i] = picture[i % picture.Width, i / picture.Width % picture.Height, i / (picture.Width * picture.Height)] / 255f;
    var output = network.forward(tensor(image, 1, 3, picture.Height, picture.Width), threshold);
    var side = network.Configuration.TokenStride;
    var confidences = output.Confidences!.repeat_interleave(side, 2).repeat_interleave(side, 3)[.., .., ..picture.Height, ..picture.Width].contiguous().data<float>().ToArray();
    var depth = output.HaltingDepth.contiguous().data<float>().ToArray();
    var (blocks, area, most) = (network.Configuration.Blocks, picture.Width * picture.Height, confidences.Max());
    const int gap = 4;
    var drawn = new Picture((blocks * (picture.Width + gap)) - gap, (2 * picture.Height) + gap, PixelLayout.Rgba);
    for (var i = 0; i < blocks * area; i++)
    {
        var (block, x, y) = (i / area, i % picture.Width, i % area / picture.Width);
        var (left, grey) = (block * (picture.Width + gap), (int)(255 * confidences[i] / most));
        for (var channel = 0; channel < 3; channel++)
        {
            drawn[left + x, y, channel] = grey;
            drawn[left + x, picture.Height + gap + y, channel] = depth[i % area] > block ? picture[x, y, channel] : channel == 2 ? 204 : 60;
        }

        drawn[left + x, y, 3] = drawn[left + x, picture.Height + gap + y, 3] = 255;
    }

    Save($"{name}-blocks.png", drawn);
}

void Save(string name, Picture picture)
{
    using var file = File.Create(Path.Combine(Figures, name));
    PngFile.Save(picture, file);
}

void Charts()
{
    var losses = new LineChart("Quality against work saved, Set14", "work of the blocks saved, %", "PSNR-Y lost, dB");
    foreach (var (name, model) in results)
    {
        var chart = new LineChart($"{name}: tokens that left before each block", "block", "tokens, %");
        foreach (var (benchmark, scores) in model.Benchmarks)
            chart.Add(new ChartSeries(benchmark, [.. HaltedByBlock(scores).Select((share, block) => (block + 1.0, 100 * share))]) { Markers = true });
        File.WriteAllText(Path.Combine(Figures, $"{name}-halting.svg"), chart.ToSvg() + "\n");
        var all = model.Sweep.LastOrDefault()?.PsnrY;
        losses.Add(new ChartSeries(name, [.. model.Sweep.OrderBy(point => point.HaltedShare).Select(point => (100 * point.HaltedShare, all!.Value - point.PsnrY))]) { Markers = true });
    }

    File.WriteAllText(Path.Combine(Figures, "quality-against-saving.svg"), losses.ToSvg() + "\n");
}

string Page() => $"""
    # Results

    {string.Join(" / ", ImageMetrics.All.Select(metric => metric.Name.Split('-')[0] + (metric.Unit is null ? "" : $" in {metric.Unit}")))} on Y. Low-resolution pictures by MATLAB's bicubic, as many pixels cut from each border as the scale says, every picture through the network whole. Written by `dotnet run eng/results.cs -- DATA`; the raw numbers are in [results.json](results.json). "Work" is tokens times blocks: what halting can save, not the convolutions around it.

    - Urban100 is its odd-numbered half, so no published number compares with it.
    - `{Large}`: four photographs, `large` of the data, reduced to 3840 pixels across by the same bicubic where they are wider (one was 6000), then by 4. They were stored as JPEG.
    - The paper reports almost 90 % of the last block's tokens halted on its own 4K pictures (Test4K), in a network of six blocks.
    - At scale 3 pictures are cut to a multiple of 3 from ones cut to a multiple of 4, which makes B100 and two pictures of Set14 a little smaller than usual.

    ## Clean pictures and JPEG
    The low-resolution pictures as they are, and saved as JPEG (4:2:0) before they are enlarged: bicubic interpolation, and what each model gains over it, at its default threshold. `valid` are four photographs of 1260×1260 pixels. `adaformer eval --jpeg 90,75,50` measures this on your own.

    {string.Join("\n\n", results.Where(item => item.Value.Inputs is { Count: > 0 }).GroupBy(item => item.Value.Scale).OrderByDescending(scale => scale.Key).Select(scale => InputTable(scale.Key, [.. scale])))}

    {string.Join("\n\n", results.OrderByDescending(item => item.Value.Scale).Select(item => Section(item.Key, item.Value)))}

    ## Quality against work saved
    Set14, over the halting threshold: what each model loses against itself with nothing halted.

    ![PSNR lost over work saved](results/quality-against-saving.svg)

    """;

string InputTable(int scale, KeyValuePair<string, Model>[] models) => $"""
    | x{scale} | | bicubic | {string.Join(" | ", models.Select(model => $"`{model.Key}`"))} |
    |---|---|---:|{string.Concat(models.Select(_ => "---:|"))}
    {string.Join("\n", models[0].Value.Inputs!.Select((input, index) => $"| {input.Pictures} | {Called(input.JpegQuality)} | {input.BicubicPsnrY:F2} | {string.Join(" | ", models.Select(model => $"{model.Value.Inputs![index].PsnrY - input.BicubicPsnrY:+0.00;−0.00;0.00}"))} |"))}
    """;

string Section(string name, Model model) => $"""
    ## {name}
    Preset `{model.Preset}`, {model.Parameters:N0} parameters, halting threshold {model.Threshold:G4}.

    | | bicubic | nothing halted | halting | loss | work saved | {string.Join(" | ", Blocks(model).Select(block => $"left before block {block}"))} |
    |---|---:|---:|---:|---:|---:|{string.Concat(Blocks(model).Select(_ => "---:|"))}
    {string.Join("\n", model.Benchmarks.Select(item => Row(item.Key, item.Value)))}

    Beside published numbers at this scale, most of them of networks several times as large and trained for days on a GPU on DIV2K:

    | | parameters | Set5 | Set14 | B100 |
    |---|---:|---:|---:|---:|
    | **{name}**, halting | {model.Parameters / 1000} K | {string.Join(" | ", new[] { "Set5", "Set14", "B100" }.Select(set => model.Benchmarks.TryGetValue(set, out var scores) ? Shown(scores, "") : "–"))} |
    {string.Join("\n", Published(model.Scale))}

    ![Tokens halted per block](results/{name}-halting.svg)

    ![Confidence per block, and the tokens worked on](results/{name}-blocks.png)

    *`samples/scene-small.png` as the input. Above: the confidence after each block, white the largest. Below: the tokens that each block works on; blue ones have left. The halting map, from blue (left at once) to red (stayed to the end):*

    ![Halting map](results/{name}-halting-map.png)
    """;

IEnumerable<int> Blocks(Model model) => Enumerable.Range(2, HaltedByBlock(model.Benchmarks.Values.First()).Length - 1);

string Row(string benchmark, JsonObject s) =>
    $"| {benchmark} | {Shown(s, "bicubic_")} | {Shown(s, "unhalted_")} | {Shown(s, "")} | {Value(s, "unhalted_", ImageMetrics.Psnr) - Value(s, "", ImageMetrics.Psnr):F3} dB | {100 * (double)s["halted_share"]!:F0} % | {string.Join(" | ", HaltedByBlock(s).Skip(1).Select(share => $"{100 * share:F0} %"))} |";

// Results from before a metric existed lack it.
string Shown(JsonObject scores, string prefix) => string.Join(" / ", ImageMetrics.All.Select(metric => Value(scores, prefix, metric) is { } value ? metric.Format(value) : "–"));

double? Value(JsonObject scores, string prefix, IImageMetric metric) => (double?)scores[prefix + metric.Key];

double[] HaltedByBlock(JsonObject scores) => [.. scores["halted_by_block"]!.AsArray().Select(share => (double)share!)];

// AdaFormer, SwinIR-light and ELAN-light from Luo et al. 2024; the others from their own papers, as quoted by later papers.
string[] Published(int scale) => scale switch
{
    2 => ["| VDSR | 665 K | 37.53 / 0.9587 | 33.03 / 0.9124 | 31.90 / 0.8960 |", "| CARN | 1592 K | 37.76 / 0.9590 | 33.52 / 0.9166 | 32.09 / 0.8978 |"],
    3 => ["| VDSR | 665 K | 33.66 / 0.9213 | 29.77 / 0.8314 | 28.82 / 0.7976 |", "| CARN | 1592 K | 34.29 / 0.9255 | 30.29 / 0.8407 | 29.06 / 0.8034 |"],
    _ =>
    [
        "| FSRCNN | 12 K | 30.70 / 0.8657 | 27.59 / 0.7535 | 26.96 / 0.7128 |", "| SESR | 115 K | 31.54 / 0.8866 | 28.12 / 0.7712 | 27.31 / 0.7277 |",
        "| VDSR | 665 K | 31.35 / 0.8838 | 28.01 / 0.7674 | 27.29 / 0.7251 |", "| CARN | 1592 K | 32.13 / 0.8937 | 28.60 / 0.7806 | 27.58 / 0.7349 |",
        "| ELAN-light | – | 32.43 / 0.8975 | 28.78 / 0.7858 | 27.69 / 0.7406 |", "| SwinIR-light | – | 32.44 / 0.8976 | 28.77 / 0.7858 | 27.69 / 0.7406 |",
        "| AdaFormer, the paper's | 1575 K | 32.43 / 0.8974 | 28.80 / 0.7858 | 27.70 / 0.7407 |",
    ],
};

void Say(string line) => Console.Error.WriteLine($"{clock.Elapsed:mm\\:ss}  {line}");

record Model(string Sha256, string Preset, int Scale, long Parameters, double Threshold, Dictionary<string, JsonObject> Benchmarks, List<Point> Sweep, List<Input>? Inputs);

record Input(string Pictures, int? JpegQuality, double BicubicPsnrY, double PsnrY, double HaltedShare);

record Point(double Threshold, double PsnrY, double HaltedShare);
