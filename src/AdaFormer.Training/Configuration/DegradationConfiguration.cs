using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.Training.Configuration;

/// <summary>
/// How low-resolution patches are degraded, as by cameras and files: the section <c>degradation</c> of a training configuration.
/// In this order: blur, sensor noise, JPEG. Real-ESRGAN (Wang et al. 2021, arXiv:2107.10833) does this more strongly, and in random order;
/// here the network should stay faithful, so everything is mild and many patches stay clean.
/// </summary>
public sealed record DegradationConfiguration
{
    /// <summary>Share of the patches that are saved as JPEG. Default: 0.85.</summary>
    public double JpegProbability { get; init; } = 0.85;

    /// <summary>Range of JPEG qualities, whole numbers from 1 to 100. Default: 35 to 97.</summary>
    public NumberRange JpegQuality { get; init; } = new(35, 97);

    /// <summary>Share of the JPEGs with colours at full resolution (4:4:4); the others halve it (4:2:0). Default: 0.35.</summary>
    public double FullChromaProbability { get; init; } = 0.35;

    /// <summary>Share of the JPEGs that are saved again, with another quality and half of them on another grid. Default: 0.15.</summary>
    public double SecondJpegProbability { get; init; } = 0.15;

    /// <summary>Share of the patches that are blurred. Default: 0.2.</summary>
    public double BlurProbability { get; init; } = 0.2;

    /// <summary>Range of the blur's standard deviation in low-resolution pixels, up to 3. Default: 0.2 to 0.7.</summary>
    public NumberRange BlurSigma { get; init; } = new(0.2, 0.7);

    /// <summary>Share of the patches with noise of equal strength in light and dark parts. Default: 0.15.</summary>
    public double GaussianNoiseProbability { get; init; } = 0.15;

    /// <summary>Range of its standard deviation in grey levels, up to 50. Default: 0.5 to 4.</summary>
    public NumberRange GaussianNoiseSigma { get; init; } = new(0.5, 4);

    /// <summary>Share of the patches with shot noise, whose variance grows with the light. Default: 0.1.</summary>
    public double PoissonNoiseProbability { get; init; } = 0.1;

    /// <summary>Range of its standard deviation in white, in grey levels, up to 50. Default: 0.5 to 4.</summary>
    public NumberRange PoissonNoiseSigma { get; init; } = new(0.5, 4);

    /// <summary>Returns this configuration if it is valid.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public DegradationConfiguration Validated()
    {
        RequireShare("jpeg_probability", JpegProbability);
        RequireShare("full_chroma_probability", FullChromaProbability);
        RequireShare("second_jpeg_probability", SecondJpegProbability);
        RequireShare("blur_probability", BlurProbability);
        RequireShare("gaussian_noise_probability", GaussianNoiseProbability);
        RequireShare("poisson_noise_probability", PoissonNoiseProbability);
        JpegQuality.Require("jpeg_quality", 1, 100);
        BlurSigma.Require("blur_sigma", 0.05, 3);
        GaussianNoiseSigma.Require("gaussian_noise_sigma", 0, 50);
        PoissonNoiseSigma.Require("poisson_noise_sigma", 0.1, 50);
        return this;
    }

    private static void RequireShare(string name, double share)
    {
        if (share is not (>= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"{name} is {share}; expected 0 to 1."));
    }
}

/// <summary>A range of numbers, both ends included; in JSON a pair, <c>[35, 97]</c>.</summary>
/// <param name="From">The minimum.</param>
/// <param name="To">The maximum.</param>
[JsonConverter(typeof(NumberRangeConverter))]
public readonly record struct NumberRange(double From, double To)
{
    /// <exception cref="ArgumentException">It is not within the bounds, or its ends are in the wrong order.</exception>
    internal void Require(string name, double least, double most)
    {
        if (!(From >= least && From <= To && To <= most))
            throw new ArgumentException(FormattableString.Invariant($"{name} is [{From}, {To}]; expected two increasing numbers from {least} to {most}."));
    }
}

internal sealed class NumberRangeConverter : JsonConverter<NumberRange>
{
    public override NumberRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray && JsonSerializer.Deserialize<double[]>(ref reader, options) is [var from, var to]
            ? new NumberRange(from, to)
            : throw new JsonException("A range is two numbers in brackets, such as [35, 97].");

    public override void Write(Utf8JsonWriter writer, NumberRange value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.From);
        writer.WriteNumberValue(value.To);
        writer.WriteEndArray();
    }
}
