using AdaFormer.Training.Optimization;

namespace AdaFormer.Training.Configuration;

/// <summary>Named sets of defaults.</summary>
public enum TrainingRecipe
{
    /// <summary>The paper's: a million iterations of 16 patches of 48×48, learning rate 2e-4, halved every 200,000.</summary>
    Paper,

    /// <summary>
    /// For a GPU: 150,000 iterations of 32 patches of 48×48, a cosine from 5e-4 (base) or 1e-3 (smaller networks) after a warm-up of
    /// 1,000, gradients clipped at 1. Chosen by reasoning, not yet by a measurement on a GPU.
    /// </summary>
    Short,
}

internal static class TrainingRecipes
{
    public static TrainingConfiguration Defaults(TrainingRecipe recipe, string preset) => recipe switch
    {
        TrainingRecipe.Short => new TrainingConfiguration
        {
            Recipe = recipe,
            BatchSize = 32,
            Iterations = 150_000,
            LearningRate = preset == "base" ? 5e-4 : 1e-3,
            Schedule = LearningRateSchedule.Cosine,
            WarmUpIterations = 1_000,
            GradientClip = 1,
        },
        _ => new TrainingConfiguration(),
    };
}
