using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>What upscaling a picture takes of memory, by the size of its tiles.</summary>
internal sealed class MemoryNeed
{
    private readonly ModelDescription _model;
    private readonly PictureInfo _picture;
    private readonly int _overlap;
    private readonly long _held;
    private readonly long _heldPerRow;
    private readonly long _madePerRow;

    private MemoryNeed(ModelDescription model, PictureInfo picture, int overlap, long held, long heldPerRow, long madePerRow) =>
        (_model, _picture, _overlap, _held, _heldPerRow, _madePerRow) = (model, picture, overlap, held, heldPerRow, madePerRow);

    /// <summary>Of a picture that is upscaled whole: the result is held, and the halting map.</summary>
    public static MemoryNeed OfWhole(ModelDescription model, PictureInfo picture, int overlap) =>
        new(model, picture, overlap, Held(model, picture), 0, 0);

    /// <summary>Of a picture that is read and written in strips.</summary>
    /// <param name="model">The model.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="overlap">The tiles' overlap.</param>
    /// <param name="withMap">Whether a halting map is drawn.</param>
    /// <param name="held">Bytes of pictures that are held whole all the same.</param>
    public static MemoryNeed OfStrips(ModelDescription model, PictureInfo picture, int overlap, bool withMap, long held)
    {
        var drawn = withMap ? (3L + (picture.BitDepth / 8)) * picture.Width * model.Scale * model.Scale : 0;
        return new(model, picture, overlap, held, (long)picture.Width * picture.BytesPerPixel, (Held(model, picture) / picture.Height) + drawn);
    }

    /// <summary>Bytes with tiles of a size.</summary>
    public long At(int size)
    {
        var (width, height) = (Math.Min(size, _picture.Width), Math.Min(size, _picture.Height));
        var core = height < _picture.Height ? size - (2 * _overlap) : height;
        if (_madePerRow * core > Array.MaxLength)
            return long.MaxValue; // no strip can be that large
        return _held + (_model.BytesPerPixel * width * height) + (_heldPerRow * height) + (_madePerRow * core);
    }

    private static long Held(ModelDescription model, PictureInfo picture) =>
        (picture.Bytes * model.Scale * model.Scale) + ((long)picture.Width * picture.Height);
}
