#!/usr/bin/env dotnet
#:project ../src/AdaFormer/AdaFormer.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Draws a part of a picture three times, four times larger: by bicubic interpolation, by AdaFormer, and where its tokens halted.
//   dotnet run samples/compare.cs -- samples/scene-small.png comparison.png X Y WIDTH HEIGHT     (in pixels of the small picture)
using AdaFormer;
using AdaFormer.Imaging;

if (args.Length != 6)
{
    Console.Error.WriteLine("usage: dotnet run samples/compare.cs -- PICTURE OUTPUT X Y WIDTH HEIGHT");
    return 2;
}

var picture = new PictureReader().Read(args[0]);
using var model = UpscalingModel.LoadBuiltIn();
var scale = model.Description.Scale;
var part = args[2..].Select(number => int.Parse(number) * scale).ToArray();
var (left, top, width, height) = (part[0], part[1], part[2], part[3]);

var result = new Upscaler(model).Upscale(picture);
Picture[] panels = [BicubicResampler.Upscale(picture, scale), result.Picture, HaltingHeatMap.Draw(result.HaltingDepth, picture, scale)];

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
