namespace AdaFormer.Imaging;

/// <summary>A file format.</summary>
/// <param name="Name">Display name: "JPEG".</param>
/// <param name="Extensions">File name extensions, in lower case with the dot: ".jpg", ".jpeg".</param>
public sealed record PictureFormat(string Name, params IReadOnlyList<string> Extensions);

/// <summary>A picture file is damaged, of an unknown format, or larger than the limit.</summary>
public sealed class PictureFormatException : Exception
{
    /// <summary>Creates the exception with what is wrong with the picture and what was expected.</summary>
    public PictureFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <summary>The size that the header claims, if it was over the limit.</summary>
    internal (int Width, int Height)? TooLarge { get; init; }

    /// <summary>The exception with the name of the file in front.</summary>
    internal static PictureFormatException InFile(string name, PictureFormatException exception) =>
        new($"'{name}': {exception.Message}", exception) { TooLarge = exception.TooLarge };
}
