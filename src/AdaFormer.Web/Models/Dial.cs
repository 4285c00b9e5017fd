namespace AdaFormer.Web.Models;

/// <summary>Halting thresholds to choose from, from fast to best.</summary>
internal static class Dial
{
    private const float Everything = 1e9f;

    /// <summary>The thresholds for a model's own one, which is in the middle.</summary>
    /// <param name="own">The model's threshold; <see langword="null"/> if it does not halt: then there is nothing to choose.</param>
    public static IReadOnlyList<float?> Of(float? own) => own is { } threshold ? [threshold / 4, threshold / 2, null, threshold * 1.5f, Everything] : [null];
}
