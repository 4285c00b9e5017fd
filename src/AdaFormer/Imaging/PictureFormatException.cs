namespace AdaFormer.Imaging;

/// <summary>A picture file is damaged, of an unknown format, or larger than the limit.</summary>
public sealed class PictureFormatException : Exception
{
    /// <summary>Says what is wrong with the picture and what was expected.</summary>
    public PictureFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <summary>The size that the header claims, where that was over the limit.</summary>
    internal (int Width, int Height)? TooLarge { get; init; }
}
