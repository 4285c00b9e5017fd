using AdaFormer.Export;
using AdaFormer.Export.Weights;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Upscaling;

/// <summary>Models made from the fixtures' weights.</summary>
internal static class Models
{
    public static byte[] Bytes(string name, float haltingThreshold = 0.95f, (int Width, int Height)? fixedSize = null) => OnnxExporter.Export(
        File.ReadAllBytes(TestData.Fixture($"{name}.weights.safetensors")), new ExportOptions { HaltingThreshold = haltingThreshold, FixedSize = fixedSize });

    public static UpscalingModel Load(string name) => UpscalingModel.Load(Bytes(name), new ModelOptions { Device = Device.Cpu });

    /// <summary>A model at x2 that does not halt, of random weights.</summary>
    public static byte[] FeedForward()
    {
        var options = new ExportOptions { License = "MIT", Source = "https://example.org" };
        var file = TestData.Fixture("checkpoints", "etds-x2.pth");
        return OnnxExporter.Export(CheckpointImport.ToSafetensors(CheckpointReader.Read(file), File.ReadAllBytes(file), options), options);
    }

    /// <summary>A model whose answers are infinite.</summary>
    public static UpscalingModel Overflowing()
    {
        var file = SafetensorsFile.Read(TestData.Fixture("tiny-x4.weights.safetensors"));
        var tensors = file.Tensors.ToDictionary(
            pair => pair.Key,
            pair => pair.Key == "upsampler.weight" ? new WeightTensor(pair.Value.Shape, [.. pair.Value.Values.Select(_ => 3e38f)]) : pair.Value);
        using var stream = new MemoryStream();
        new SafetensorsFile(tensors, file.Metadata).Write(stream);
        return UpscalingModel.Load(OnnxExporter.Export(stream.ToArray()));
    }

    /// <summary>A picture of smooth and busy parts, the same every time.</summary>
    public static Picture Picture(int width, int height, PixelLayout layout = PixelLayout.Rgb, int bitDepth = 8)
    {
        var picture = new Picture(width, height, layout, bitDepth);
        var random = new Random((width * 1000) + height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < picture.Channels; channel++)
                {
                    var value = x < width / 2 ? 0.5 + (0.4 * Math.Sin((x + (2 * y) + channel) / 9.0)) : random.NextDouble();
                    picture[x, y, channel] = (int)(value * picture.MaxValue);
                }
            }
        }

        return picture;
    }
}
