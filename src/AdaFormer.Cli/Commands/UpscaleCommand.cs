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
        var output = new Option<string?>("--output", "-o") { Description = "PNG file to write [default: beside the picture, such as photo_x4.png]", HelpName = "file" };
        var map = new Option<string?>("--halting-map") { Description = "PNG file for a heat map: blue where tokens left early, red where they stayed", HelpName = "file" };
        var overwrite = new Option<bool>("--overwrite", "-f") { Description = "Replace files that exist" };
        var tile = new Option<int>("--tile") { Description = "Largest tile side in input pixels; smaller needs less memory", DefaultValueFactory = _ => new UpscaleOptions().TileSize, HelpName = "pixels" }
            .AtLeast(128);
        var pixels = new Option<long>("--max-pixels") { Description = "Pictures with more pixels are refused, before they are decoded", DefaultValueFactory = _ => PictureReader.DefaultMaximumPixels, HelpName = "number" }
            .AtLeast(1L);
        var outputPixels = new Option<long>("--max-output-pixels") { Description = "Pictures whose result would have more pixels are refused, before they are decoded", DefaultValueFactory = _ => new FileUpscaleOptions().MaximumOutputPixels, HelpName = "number" }
            .AtLeast(1L);
        var command = new Command("upscale", "Makes a picture larger: PNG, and JPEG, WebP, TIFF, BMP, GIF where ImageSharp is there") { picture, output, map, overwrite, tile, pixels, outputPixels };
        var model = new ModelOption(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var options = new FileUpscaleOptions
            {
                Overwrite = parsed.GetValue(overwrite),
                MaximumOutputPixels = parsed.GetValue(outputPixels),
                Upscaling = new UpscaleOptions { TileSize = parsed.GetValue(tile), HaltingThreshold = model.HaltingThreshold(parsed) },
            };
            using var loaded = model.Load(parsed);
            Run(loaded, options, Pictures.Reader(parsed.GetValue(pixels)), parsed.GetRequiredValue(picture), parsed.GetValue(output), parsed.GetValue(map), cancellationToken);
            return 0;
        });
        return command;
    }

    private static void Run(UpscalingModel model, FileUpscaleOptions options, PictureReader reader, string input, string? output, string? map, CancellationToken cancellationToken)
    {
        var scale = model.Description.Scale;
        output ??= Path.Combine(Path.GetDirectoryName(input) ?? "", $"{Path.GetFileNameWithoutExtension(input)}_x{scale}.png");
        var clock = Stopwatch.StartNew();
        var upscaler = new FileUpscaler(model, reader, Pictures.Writer(), options);
        var result = Terminal.WithProgress(
            Path.GetFileName(input),
            report => upscaler.Upscale(input, output, map, new SynchronousProgress<UpscaleProgress>(tiles => report(tiles.TilesDone, tiles.Tiles)), cancellationToken));
        Console.WriteLine(
            $"{output}: {result.Width}×{result.Height}, {scale} times {result.InputWidth}×{result.InputHeight}, in {clock.Elapsed.TotalSeconds:F1} s on the {(model.Device == Device.Cuda ? "GPU" : "CPU")}; {(model.Description.Halts ? $"halting saved {result.HaltedShare:P0} of the transformer's work" : "the model does not halt")}");
        if (map is not null)
            Console.WriteLine($"{map}: where it did");
    }
}
