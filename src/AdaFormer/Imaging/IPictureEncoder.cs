namespace AdaFormer.Imaging;

/// <summary>Writes pictures in one or more file formats.</summary>
public interface IPictureEncoder
{
    /// <summary>The name endings that it writes, in lower case with the dot: ".jpg", ".jpeg".</summary>
    IReadOnlyCollection<string> Extensions { get; }

    /// <summary>The most pixels that a side of a picture may have in a file.</summary>
    /// <param name="extension">Which of <see cref="Extensions"/> is asked for.</param>
    int MaximumSide(string extension) => int.MaxValue;

    /// <summary>Writes a picture and what metadata the format has a place for; the stream stays open.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="extension">Which of <see cref="Extensions"/> is asked for.</param>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    void Encode(Picture picture, Stream stream, string extension);
}
