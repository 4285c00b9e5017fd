using AdaFormer.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Tests.ModelFiles;

/// <summary>ONNX Runtime called with a picture's samples, one by one and without anything of this project: what a result has to be.</summary>
internal static class DirectRun
{
    public static Picture Upscale(byte[] model, Picture picture, int scale, bool interleaved = false, bool interleavedOutput = false, float maximum = 1, float outputMaximum = 1, int images = 1)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(model, options);
        var (input, node) = session.InputMetadata.Single();
        var (width, height, channels) = (picture.Width, picture.Height, picture.Channels);
        var values = new float[images * width * height * channels];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var channel = 0; channel < channels; channel++)
            values[interleaved ? (((y * width) + x) * channels) + channel : (((channel * height) + y) * width) + x] = picture[x, y, channel] * maximum / picture.MaxValue;
        long[] shape = interleaved ? [images, height, width, channels] : [images, channels, height, width];
        using var tensor = node.ElementType == typeof(byte) ? OrtValue.CreateTensorValueFromMemory(values.Select(value => (byte)Math.Round(value)).ToArray(), shape)
            : node.ElementType == typeof(Float16) ? OrtValue.CreateTensorValueFromMemory(values.Select(value => (Float16)value).ToArray(), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
        using var run = new RunOptions();
        using var outputs = session.Run(run, new Dictionary<string, OrtValue> { [input] = tensor }, [session.OutputNames[^1]]);
        var type = session.OutputMetadata[session.OutputNames[^1]].ElementType;
        var results = type == typeof(byte) ? [.. outputs[0].GetTensorDataAsSpan<byte>().ToArray().Select(value => (float)value)]
            : type == typeof(Float16) ? [.. outputs[0].GetTensorDataAsSpan<Float16>().ToArray().Select(value => (float)value)]
            : outputs[0].GetTensorDataAsSpan<float>().ToArray();

        var result = new Picture(width * scale, height * scale, picture.Layout, picture.BitDepth);
        for (var y = 0; y < result.Height; y++)
        for (var x = 0; x < result.Width; x++)
        for (var channel = 0; channel < channels; channel++)
        {
            var value = results[interleavedOutput ? (((y * result.Width) + x) * channels) + channel : (((channel * result.Height) + y) * result.Width) + x];
            result[x, y, channel] = (int)Math.Floor((Math.Clamp(value / outputMaximum, 0, 1) * picture.MaxValue) + 0.5);
        }

        return result;
    }
}
