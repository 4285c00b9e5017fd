using System.CommandLine;
using System.Diagnostics;
using AdaFormer.Files;
using AdaFormer.Imaging;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer upscale</c>: file in, larger file out.</summary>
internal static class UpscaleCommand
{
    public static Command Create()
    {
        var picture = new Argument<string>("picture") { Description = "The picture file to make larger" };
        var output = new Option<string?>("--output", "-o") { Description = "File to write; its ending chooses PNG, or JPEG, WebP, TIFF, BMP where ImageSharp is there [default: a PNG beside the picture, such as photo_x4.png]", HelpName = "file" };
        var map = new Option<string?>("--halting-map") { Description = "PNG file for a heat map: blue where tokens left early, red where they stayed", HelpName = "file" };
        var overwrite = new Option<bool>("--overwrite", "-f") { Description = "Replace files that exist" };
        var memory = new Option<long?>("--memory") { Description = "Memory to keep to, such as 1GB or 512MiB [default: half of the machine's]", HelpName = "size", CustomParser = MemorySize.Parse };
        var tile = new Option<int?>("--tile") { Description = "Largest tile side in input pixels [default: 512, or what the memory allows]", HelpName = "pixels" }
            .AtLeast(1);
        var overlap = new Option<int?>("--overlap") { Description = "Input pixels that a tile sees of its surroundings [default: what the model advises]", HelpName = "pixels" }
            .AtLeast(0);
        var pixels = new Option<long>("--max-pixels") { Description = "Pictures with more pixels are refused, before they are decoded", DefaultValueFactory = _ => PictureReader.DefaultMaximumPixels, HelpName = "number" }
            .AtLeast(1L);
        var outputPixels = new Option<long>("--max-output-pixels") { Description = "Pictures whose result would have more pixels are refused, before they are decoded", DefaultValueFactory = _ => new FileUpscaleOptions().MaximumOutputPixels, HelpName = "number" }
            .AtLeast(1L);
        var command = new Command("upscale", "Makes a picture larger: PNG, and JPEG, WebP, TIFF, BMP, GIF where ImageSharp is there") { picture, output, map, overwrite, memory, tile, overlap, pixels, outputPixels };
        var size = new SizeOptions(command);
        var quality = new Option<int?>("--quality") { Description = "Of JPEG and lossy WebP, 1 to 100 [default: 92]", HelpName = "number" }.Within(1, 100);
        var lossless = new Option<bool>("--lossless") { Description = "Write WebP without loss" };
        command.Add(quality);
        command.Add(lossless);
        var model = new ModelOption(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var options = new FileUpscaleOptions
            {
                Overwrite = parsed.GetValue(overwrite),
                MaximumOutputPixels = parsed.GetValue(outputPixels),
                Upscaling = new UpscaleOptions
                {
                    MemoryBudget = parsed.GetValue(memory),
                    TileSize = parsed.GetValue(tile),
                    TileOverlap = parsed.GetValue(overlap),
                    HaltingThreshold = model.HaltingThreshold(parsed),
                },
                TargetSize = size.Target(parsed),
            };
            using var loaded = model.Load(parsed);
            var writer = Pictures.Writer(parsed.GetValue(quality), parsed.GetValue(lossless));
            Run(loaded, options, Pictures.Reader(parsed.GetValue(pixels)), writer, parsed.GetRequiredValue(picture), parsed.GetValue(output), parsed.GetValue(map), cancellationToken);
            return 0;
        });
        return command;
    }

    private static void Run(
        UpscalingModel model,
        FileUpscaleOptions options,
        PictureReader reader,
        PictureWriter writer,
        string input,
        string? output,
        string? map,
        CancellationToken cancellationToken)
    {
        var size = options.TargetSize ?? TargetSize.Scaled(model.Description.Scale);
        output ??= Path.Combine(Path.GetDirectoryName(input) ?? "", $"{Path.GetFileNameWithoutExtension(input)}_{size}.png");
        var clock = Stopwatch.StartNew();
        var upscaler = new FileUpscaler(model, reader, writer, options);
        var result = Terminal.WithProgress(
            Path.GetFileName(input),
            report => upscaler.Upscale(input, output, map, new SynchronousProgress<UpscaleProgress>(tiles => report(tiles.TilesDone, tiles.Tiles)), cancellationToken));
        var work = result.Width <= result.InputWidth && result.Height <= result.InputHeight
            ? "no larger than the input, so only resampled"
            : model.Description.Halts ? $"halting saved {result.HaltedShare:P0} of the transformer's work" : "the model does not halt";
        Console.WriteLine(
            $"{output}: {result.Width}×{result.Height}, {(double)result.Width / result.InputWidth:0.##} times {result.InputWidth}×{result.InputHeight}, in {clock.Elapsed.TotalSeconds:F1} s on the {(model.Device == Device.Cuda ? "GPU" : "CPU")}; {work}");
        if (map is not null)
            Console.WriteLine($"{map}: where it did");
    }
}
