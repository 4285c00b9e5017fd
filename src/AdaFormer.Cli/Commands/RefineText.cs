namespace AdaFormer.Cli.Commands;

/// <summary>How commands say what upscaling will cost, and what a second model did.</summary>
internal static class RefineText
{
    /// <summary>An estimate, such as "about 12.3 s, 4.5 s of it by the second model".</summary>
    /// <param name="time">Time of all models.</param>
    /// <param name="second">Time of the second model; zero if there is none.</param>
    public static string Cost(TimeSpan time, TimeSpan second) =>
        $"about {time.TotalSeconds:F1} s{(second > TimeSpan.Zero ? $", {second.TotalSeconds:F1} s of it by the second model" : "")}";

    /// <summary>What was refined.</summary>
    /// <param name="refinement">The result.</param>
    /// <param name="of">Of what: "the picture", "the pictures".</param>
    public static string Done(RefinementResult refinement, string of) =>
        $"Refined: {refinement.Share:P0} of {of}, in {refinement.SecondTime.TotalSeconds:F1} s; all by the first model in {refinement.FirstTime.TotalSeconds:F1} s";
}
