namespace AdaFormer.Training;

/// <summary>A training configuration is damaged, names something unknown, or asks for something impossible.</summary>
public sealed class TrainingConfigurationException : Exception
{
    /// <summary>Says what is wrong and what was expected.</summary>
    public TrainingConfigurationException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
