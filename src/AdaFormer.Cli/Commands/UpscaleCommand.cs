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
        var tile = new Option<int>("--tile") { Description = "Largest tile side in input pixels; smaller needs less memory", DefaultValueFactory = _ => new UpscaleOptions().TileSize, HelpName = "pixels" }
            .AtLeast(128);
        var command = new Command("upscale", "Makes a picture larger: PNG, and JPEG, WebP, TIFF, BMP, GIF where ImageSharp is there") { picture, output, map, overwrite, tile };
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
                TargetSize = size.Target(parsed),
                Upscaling = new UpscaleOptions { TileSize = parsed.GetValue(tile), HaltingThreshold = model.HaltingThreshold(parsed) },
            };
            using var loaded = model.Load(parsed);
            var writer = Pictures.Writer(parsed.GetValue(quality), parsed.GetValue(lossless));
            Run(loaded, writer, options, parsed.GetRequiredValue(picture), parsed.GetValue(output), parsed.GetValue(map), cancellationToken);
            return 0;
        });
        return command;
    }

    private static void Run(UpscalingModel model, PictureWriter writer, FileUpscaleOptions options, string input, string? output, string? map, CancellationToken cancellationToken)
    {
        var size = options.TargetSize ?? TargetSize.Scaled(model.Description.Scale);
        output ??= Path.Combine(Path.GetDirectoryName(input) ?? "", $"{Path.GetFileNameWithoutExtension(input)}_{size}.png");
        var clock = Stopwatch.StartNew();
        var upscaler = new FileUpscaler(model, Pictures.Reader(), writer, options);
        var result = Terminal.WithProgress(
            Path.GetFileName(input),
            report => upscaler.Upscale(input, output, map, new SynchronousProgress<UpscaleProgress>(tiles => report(tiles.TilesDone, tiles.Tiles)), cancellationToken));
        var work = result.Width <= result.InputWidth && result.Height <= result.InputHeight
            ? "no larger than the input, so only resampled"
            : $"halting saved {result.HaltedShare:P0} of the transformer's work";
        Console.WriteLine(
            $"{output}: {result.Width}×{result.Height}, {(double)result.Width / result.InputWidth:0.##} times {result.InputWidth}×{result.InputHeight}, in {clock.Elapsed.TotalSeconds:F1} s on the {(model.Device == Device.Cuda ? "GPU" : "CPU")}; {work}");
        if (map is not null)
            Console.WriteLine($"{map}: where it did");
    }
}
