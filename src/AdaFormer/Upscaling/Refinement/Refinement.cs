using System.Globalization;

namespace AdaFormer;

/// <summary>
/// A second, stronger model for the parts of a picture where it pays: those with the most detail. It must have the scale of the first model
/// that a picture goes through.
/// </summary>
/// <param name="Model">The model, which the caller disposes.</param>
public sealed record Refinement(UpscalingModel Model)
{
    /// <summary>The share of the picture that goes through the second model, 0 to 1, kept to within a cell of 32×32 pixels. Default: 0.25.</summary>
    public double Share { get; init; } = 0.25;

    /// <summary>
    /// The time that the whole upscale of a picture may take, with opening its file. As much is refined as fits, by the speed of both models on this picture; <see cref="Share"/> is
    /// the most. The first model alone may take longer. Default: <see langword="null"/>, unlimited.
    /// </summary>
    public TimeSpan? Within { get; init; }

    /// <summary>What results depend on, as text.</summary>
    internal string Settings => string.Create(CultureInfo.InvariantCulture, $"{Model.Sha256} {Share:R} {Within?.TotalSeconds:R}");

    /// <summary>Rejects a share or a time that makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not 0 to 1, or the time not above 0.</exception>
    internal void Check()
    {
        if (Share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Share), Share, "Expected a share of 0 to 1.");
        if (Within <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(Within), Within, "Expected a time above 0.");
    }

    /// <summary>Whether it can be used after a model.</summary>
    internal bool Fits(UpscalingModel first) => first.Description.Scale == Model.Description.Scale;
}

/// <summary>What a second model did to a picture.</summary>
/// <param name="Share">The share of the picture that it refined, 0 to 1.</param>
/// <param name="FirstTime">Time of the first model.</param>
/// <param name="SecondTime">Time of the second model, and of laying its picture over the first one's.</param>
public sealed record RefinementResult(double Share, TimeSpan FirstTime, TimeSpan SecondTime);
