namespace AdaFormer.Training;

/// <summary>
/// How low-resolution patches are spoilt as cameras and files spoil pictures: the section <c>degradation</c> of a training configuration.
/// In this order: blur, sensor noise, JPEG. Real-ESRGAN (Wang et al. 2021, arXiv:2107.10833) does this more strongly, and in random order;
/// here the network is to stay faithful, so all is mild and many patches stay clean.
/// </summary>
public sealed record DegradationConfiguration
{
    /// <summary>Share of the patches that are saved as JPEG. Default: 0.85.</summary>
    public double JpegProbability { get; init; } = 0.85;

    /// <summary>Range of JPEG qualities, whole numbers from 1 to 100. Default: 35 to 97.</summary>
    public NumberRange JpegQuality { get; init; } = new(35, 97);

    /// <summary>Share of the JPEGs with colours at full resolution (4:4:4); the others halve it (4:2:0). Default: 0.35.</summary>
    public double FullChromaProbability { get; init; } = 0.35;

    /// <summary>Share of the JPEGs that are saved once more, with another quality and half of them on another grid. Default: 0.15.</summary>
    public double SecondJpegProbability { get; init; } = 0.15;

    /// <summary>Share of the patches that are blurred. Default: 0.2.</summary>
    public double BlurProbability { get; init; } = 0.2;

    /// <summary>Range of the blur's standard deviation in low-resolution pixels, up to 3. Default: 0.2 to 0.7.</summary>
    public NumberRange BlurSigma { get; init; } = new(0.2, 0.7);

    /// <summary>Share of the patches with noise that is the same in light and dark parts. Default: 0.15.</summary>
    public double GaussianNoiseProbability { get; init; } = 0.15;

    /// <summary>Range of its standard deviation in grey levels, up to 50. Default: 0.5 to 4.</summary>
    public NumberRange GaussianNoiseSigma { get; init; } = new(0.5, 4);

    /// <summary>Share of the patches with the noise of counted light, whose variance grows with the light. Default: 0.1.</summary>
    public double PoissonNoiseProbability { get; init; } = 0.1;

    /// <summary>Range of its standard deviation in white, in grey levels, up to 50. Default: 0.5 to 4.</summary>
    public NumberRange PoissonNoiseSigma { get; init; } = new(0.5, 4);

    /// <summary>Returns this configuration if patches can be spoilt so.</summary>
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
