namespace AdaFormer;

/// <summary>The device that was asked for is not there.</summary>
public sealed class DeviceUnavailableException : Exception
{
    /// <summary>Says which device is missing and what to do.</summary>
    public DeviceUnavailableException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
