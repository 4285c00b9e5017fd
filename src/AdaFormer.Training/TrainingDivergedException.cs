namespace AdaFormer.Training;

/// <summary>A loss or gradient is not a number any more. The last checkpoint is untouched.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Says when it happened and what to do.</summary>
    public TrainingDivergedException(string message) : base(message)
    {
    }
}
