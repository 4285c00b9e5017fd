using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Optimization;

/// <summary>Decay of the learning rate.</summary>
public enum LearningRateSchedule
{
    /// <summary>Along half a cosine, to 0 at the last iteration.</summary>
    Cosine,

    /// <summary>Halved after every interval, as in the paper.</summary>
    Halving,
}

internal static class LearningRate
{
    /// <summary>The learning rate of an iteration, counted from 0.</summary>
    public static double At(TrainingConfiguration configuration, long iteration)
    {
        var warmUp = configuration.WarmUpIterations;
        if (iteration < warmUp)
            return configuration.LearningRate * (iteration + 1) / warmUp;
        if (configuration.Schedule == LearningRateSchedule.Halving)
            return configuration.LearningRate * Math.Pow(0.5, iteration / configuration.HalvingInterval);
        var done = (double)(iteration - warmUp) / Math.Max(1, configuration.Iterations - warmUp);
        return configuration.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, done)));
    }
}
