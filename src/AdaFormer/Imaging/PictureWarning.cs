namespace AdaFormer.Imaging;

/// <summary>A loss or a guess on a picture's way from file to file that the user should know of, although there is a result.</summary>
/// <param name="Code">The kind of warning: one of the constants here.</param>
/// <param name="Message">What was lost or guessed, in a sentence.</param>
public sealed record PictureWarning(string Code, string Message)
{
    /// <summary>The data end before the picture does; what is missing is black, transparent or grey. Readers refuse such files unless asked to salvage them.</summary>
    public const string MissingPixels = "missing-pixels";

    /// <summary>The file lacks its end mark, though every pixel is there.</summary>
    public const string NoEndMark = "no-end-mark";

    /// <summary>The file has data where none belong, a sign of damage, though every pixel could be read.</summary>
    public const string ExtraData = "extra-data";

    /// <summary>A checksum is wrong in data that the pixels do not need, which were left out.</summary>
    public const string Checksum = "checksum";

    /// <summary>The file has more frames than the one that was read.</summary>
    public const string Frames = "frames";

    /// <summary>The file has more pages than the one that was read.</summary>
    public const string Pages = "pages";

    /// <summary>Colours were converted without the profile that they need.</summary>
    public const string Colors = "colors";

    /// <summary>Samples of the file were mapped to others, such as floating-point numbers to 16 bits, or left out, such as channels that are neither colour nor alpha.</summary>
    public const string Samples = "samples";

    /// <summary>A second model refined nothing, since its scale is not that of the first model that the picture went through.</summary>
    public const string NotRefined = "not-refined";

    /// <summary>The output has fewer bits a sample than the input.</summary>
    public const string BitDepth = "bit-depth";

    /// <summary>The output has no transparency: the picture was laid on white.</summary>
    public const string Alpha = "alpha";

    /// <summary>Metadata of the input have no place in the output.</summary>
    public const string Metadata = "metadata";
}
