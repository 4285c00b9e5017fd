#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:project ../src/AdaFormer.Evaluation/AdaFormer.Evaluation.csproj
#:project ../src/AdaFormer.ImageSharp/AdaFormer.ImageSharp.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Measures how well the model is chosen from a picture's traces of JPEG, and prints docs/photo.md's tables.
//   dotnet run eng/choice.cs -- DATA          (in the repository's root; DATA has bench/Set5, Set14, B100/HR, bench/Urban100/HR_Y, train and valid)
using System.Globalization;
using AdaFormer;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run eng/choice.cs -- DATA   (in the repository's root)");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var reader = PictureFormats.Reader();
using var models = ModelSelector.LoadBuiltIn();

Console.WriteLine("## Which pictures show it");
int[] shown = [30, 50, 75, 90, 95, 97, 98, 99];
Console.WriteLine($"| pictures, reduced | number | clean | {string.Join(" | ", shown.Select(quality => $"{quality}"))} |\n|---|---:|---:|{string.Concat(shown.Select(_ => "---:|"))}");
foreach (var (name, folder, every) in new[] { ("Set5", "bench/Set5/HR", 1), ("Set14", "bench/Set14/HR", 1), ("B100", "bench/B100/HR", 1), ("Urban100", "bench/Urban100/HR_Y", 1), ("validation", "valid", 1), ("training, every fifth", "train", 5) })
{
    foreach (var scale in new[] { 2, 4 })
    {
        var reduced = Reduced(folder, scale).Where((_, index) => index % every == 0).Select(pair => pair.Low).ToArray();
        var clean = reduced.Count(picture => JpegTrace.Of(picture) is not null);
        // Cropped, so that the grid may begin anywhere.
        var spoilt = shown.Select(quality => reduced.Count(picture => JpegTrace.Of(PictureCrop.Part(JpegRoundTrip.Apply(picture, quality), 3, 5, picture.Width - 3, picture.Height - 5)) is not null));
        Console.WriteLine($"| {name}, by {scale} | {reduced.Length} | {clean} | {string.Join(" | ", spoilt)} |");
    }
}

foreach (var scale in new[] { 4, 2 })
{
    Console.WriteLine($"\n## What the choice gives, x{scale}");
    Console.WriteLine("| | bicubic | tiny | photo | chosen of a JPEG | chosen of a PNG | behind the better |\n|---|---:|---:|---:|---:|---:|---:|");
    var pairs = Reduced("bench/Set14/HR", scale).Concat(Reduced("bench/B100/HR", scale)).ToArray();
    foreach (var quality in new int?[] { null, 100, 99, 98, 97, 95, 90, 75, 60, 50, 30 })
    {
        var (bicubic, tiny, photo, file, pixels) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var (high, low) in pairs)
        {
            var input = quality is null ? low : JpegRoundTrip.Apply(low, quality.Value);
            var (ofTiny, ofPhoto) = (Psnr(high, new Upscaler(models[scale]).Upscale(input).Picture), Psnr(high, new Upscaler(Photo(scale)).Upscale(input).Picture));
            bicubic += Psnr(high, BicubicResampler.Upscale(input, scale));
            tiny += ofTiny;
            photo += ofPhoto;
            pixels += models.Choose(scale, JpegTrace.Of(input)) == Photo(scale) ? ofPhoto : ofTiny;
            input.Metadata = new PictureMetadata { JpegQuality = quality };
            file += models.Choose(scale, JpegTrace.Of(input)) == Photo(scale) ? ofPhoto : ofTiny;
        }

        (bicubic, tiny, photo, file, pixels) = (bicubic / pairs.Length, tiny / pairs.Length, photo / pairs.Length, file / pairs.Length, pixels / pairs.Length);
        Console.WriteLine($"| {(quality is null ? "clean" : $"JPEG {quality}")} | {bicubic:F2} | {tiny - bicubic:+0.00;−0.00} | {photo - bicubic:+0.00;−0.00} | {file - bicubic:+0.00;−0.00} | {pixels - bicubic:+0.00;−0.00} | {Math.Max(tiny, photo) - Math.Min(file, pixels):F3} |");
    }

    double Psnr(Picture high, Picture result) => ImageMetrics.Psnr.Measure(high, result, scale);
}

return 0;

UpscalingModel Photo(int scale) => models.Choose(scale, JpegTrace.Of(new Picture(1, 1, PixelLayout.Gray) { Metadata = new PictureMetadata { JpegQuality = 50 } }));

IEnumerable<(Picture High, Picture Low)> Reduced(string folder, int scale)
{
    foreach (var path in reader.List(Path.Combine(args[0], folder)))
    {
        var high = PictureCrop.ToMultipleOf(reader.Read(path), scale);
        yield return (high, BicubicResampler.Downscale(high, scale));
    }
}
