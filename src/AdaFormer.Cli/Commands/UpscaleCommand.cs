using System.CommandLine;
using System.Diagnostics;
using AdaFormer.Imaging;
using AdaFormer.IO;

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
        var command = new Command("upscale", "Makes a picture larger: PNG, and JPEG, WebP, TIFF, BMP, GIF where ImageSharp is there") { picture, output, map, overwrite, tile };
        var model = new ModelOption(command);
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var job = new Job(parsed.GetRequiredValue(picture), parsed.GetValue(output), parsed.GetValue(map), parsed.GetValue(overwrite));
            var options = new UpscaleOptions { TileSize = parsed.GetValue(tile), HaltingThreshold = model.HaltingThreshold(parsed) };
            using var loaded = model.Load(parsed);
            job.Run(loaded, options, cancellationToken);
            return 0;
        });
        return command;
    }

    private sealed record Job(string Input, string? Output, string? Map, bool Overwrite)
    {
        public void Run(UpscalingModel model, UpscaleOptions options, CancellationToken cancellationToken)
        {
            var scale = model.Description.Scale;
            var output = Output ?? Path.Combine(Path.GetDirectoryName(Input) ?? "", $"{Path.GetFileNameWithoutExtension(Input)}_x{scale}.png");
            foreach (var target in new[] { output, Map ?? output })
                Pictures.RequireWritable(target);
            Targets.Check(Overwrite, [Input], output, Map);
            var clock = Stopwatch.StartNew();
            var picture = Pictures.Reader().Read(Input);
            var upscaler = new Upscaler(model, options);
            var result = Terminal.WithProgress(
                Path.GetFileName(Input),
                report => upscaler.Upscale(picture, new SynchronousProgress<UpscaleProgress>(tiles => report(tiles.TilesDone, tiles.Tiles)), cancellationToken));
            AtomicFile.Write(output, Overwrite, stream => PngFile.Save(result.Picture, stream));
            if (Map is not null)
                AtomicFile.Write(Map, Overwrite, stream => PngFile.Save(HaltingHeatMap.Draw(result.HaltingDepth, picture, scale), stream));
            Console.WriteLine(
                $"{output}: {result.Picture.Width}×{result.Picture.Height}, {scale} times {picture.Width}×{picture.Height}, in {clock.Elapsed.TotalSeconds:F1} s on the {(model.Device == Device.Cuda ? "GPU" : "CPU")}; halting saved {result.HaltingDepth.HaltedShare:P0} of the transformer's work");
            if (Map is not null)
                Console.WriteLine($"{Map}: where it did");
        }
    }
}
