using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>The pages of a TIFF.</summary>
/// <param name="directories">Where their directories are.</param>
/// <param name="open">Opens the page of a directory.</param>
internal sealed class TiffPages(IReadOnlyList<long> directories, Func<long, IPictureRows> open) : IPictureSequence
{
    private int _next;

    public SequenceInfo Info { get; } = new(SequenceKind.Pages, directories.Count);

    public IPictureRows? Next(out TimeSpan duration)
    {
        duration = default;
        return _next < directories.Count ? open(directories[_next++]) : null;
    }

    public void Dispose()
    {
    }
}
