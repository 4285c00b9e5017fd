using System.Globalization;
using AdaFormer.Evaluation;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Cli;

/// <summary>What low-resolution pictures have gone through before a model is measured on them.</summary>
internal sealed record EvaluationInput(string Name, Func<Picture, Picture> Spoil)
{
    public static EvaluationInput Jpeg(int quality) => new(string.Create(CultureInfo.InvariantCulture, $"JPEG {quality}"), picture => JpegRoundTrip.Apply(picture, quality));

    public static EvaluationInput Noise(int sigma) => new(string.Create(CultureInfo.InvariantCulture, $"noise {sigma}"), picture => GaussianNoise.Add(picture, sigma));
}
