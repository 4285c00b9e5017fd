#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:project ../src/AdaFormer.ImageSharp/AdaFormer.ImageSharp.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Draws a part of a picture three times, four times larger: by bicubic interpolation, by AdaFormer, and where its tokens halted. With a JPEG
// quality, the picture is first saved with it, and the third one is made by the model for JPEG, which the command chooses itself.
//   dotnet run samples/compare.cs -- samples/scene-small.png comparison.png X Y WIDTH HEIGHT [QUALITY]     (in pixels of the small picture)
using AdaFormer;
using AdaFormer.Imaging;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;

if (args.Length is not (6 or 7))
{
    Console.Error.WriteLine("usage: dotnet run samples/compare.cs -- PICTURE OUTPUT X Y WIDTH HEIGHT [QUALITY]");
    return 2;
}

const int scale = 4;
var reader = PictureFormats.Reader();
var picture = args.Length == 7 ? JpegRoundTrip.Apply(reader.Read(args[0]), int.Parse(args[6])) : reader.Read(args[0]);
using var models = ModelSelector.LoadBuiltIn();
var part = args[2..6].Select(number => int.Parse(number) * scale).ToArray();
var (left, top, width, height) = (part[0], part[1], part[2], part[3]);

var result = new Upscaler(models[scale]).Upscale(picture);
Picture[] panels =
[
    BicubicResampler.Upscale(picture, scale),
    result.Picture,
    args.Length == 7
        ? new Upscaler(models.Choose(scale, JpegTrace.Of(picture))).Upscale(picture).Picture
        : HaltingHeatMap.Draw(result.HaltingDepth, picture, scale),
];

const int gap = 6;
var drawn = new Picture((panels.Length * (width + gap)) - gap, height, PixelLayout.Rgb);
for (var y = 0; y < height; y++)
{
    drawn.Row8(y).Fill(255);
    for (var panel = 0; panel < panels.Length; panel++)
        panels[panel].Row8(top + y).Slice(3 * left, 3 * width).CopyTo(drawn.Row8(y)[(3 * panel * (width + gap))..]);
}

using var file = File.Create(args[1]);
PngFile.Save(drawn, file);
return 0;
