namespace AdaFormer.Imaging;

/// <summary>What the pictures of a file are to one another.</summary>
public enum SequenceKind
{
    /// <summary>Pages, each of a size of its own.</summary>
    Pages,

    /// <summary>Frames of an animation, all of one size, layout and bit depth.</summary>
    Frames,
}

/// <summary>The pictures of a file.</summary>
/// <param name="Kind">What they are to one another.</param>
/// <param name="Count">Their number, at least 2.</param>
public sealed record SequenceInfo(SequenceKind Kind, int Count)
{
    /// <summary>How often an animation is played; 0: without end.</summary>
    public int Plays { get; init; }
}

/// <summary>The pictures of a file, opened one after another.</summary>
public interface IPictureSequence : IDisposable
{
    /// <summary>Kind and number of the pictures.</summary>
    SequenceInfo Info { get; }

    /// <summary>Opens the next picture; the one before is of no use any more.</summary>
    /// <param name="duration">How long a frame is shown; zero for a page.</param>
    /// <returns>Its rows, or <see langword="null"/> after the last.</returns>
    /// <exception cref="PictureFormatException">The data is damaged, or the picture larger than allowed.</exception>
    IPictureRows? Next(out TimeSpan duration);
}

/// <summary>Writes the pictures of a file one after another.</summary>
public interface IPictureSequenceSink : IDisposable
{
    /// <summary>Starts the next picture, after the one before was completed.</summary>
    /// <param name="picture">Size, channels and metadata; frames of an animation have all the same.</param>
    /// <param name="duration">How long a frame is shown; not looked at for a page.</param>
    /// <exception cref="PictureFormatException">The format cannot hold the picture.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    IPictureSink Begin(PictureInfo picture, TimeSpan duration);

    /// <summary>Completes the file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void Complete();
}

/// <summary>Frames that are decoded whole, each when it is asked for.</summary>
/// <param name="info">Kind and number of the pictures.</param>
/// <param name="frames">The pictures, and how long each is shown.</param>
public sealed class FrameSequence(SequenceInfo info, IEnumerable<(Picture Picture, TimeSpan Duration)> frames) : IPictureSequence
{
    private readonly IEnumerator<(Picture Picture, TimeSpan Duration)> _frames = frames.GetEnumerator();

    /// <inheritdoc/>
    public SequenceInfo Info => info;

    /// <inheritdoc/>
    public IPictureRows? Next(out TimeSpan duration)
    {
        var hasNext = _frames.MoveNext();
        duration = hasNext ? _frames.Current.Duration : default;
        return hasNext ? new PictureRows(_frames.Current.Picture) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();
}
