namespace AdaFormer.Imaging;

/// <summary>The rows of a file: adds its name to error messages, salvages what there is where asked to, and closes it.</summary>
internal sealed class NamedRows : IPictureRows
{
    private readonly string _name;
    private readonly FileStream? _file;
    private readonly IPictureRows _rows;
    private readonly bool _salvage;
    private PictureWarning? _lost;
    private int _next;

    public NamedRows(string name, FileStream? file, IPictureRows rows, bool salvage)
    {
        (_name, _file, _rows, _salvage) = (name, file, rows, salvage);
        RefuseIfMissing();
    }

    public PictureInfo Info => _rows.Info;

    public long BytesHeld => _rows.BytesHeld;

    public Picture? Whole => _rows.Whole;

    public IReadOnlyList<PictureWarning> Warnings => _lost is null ? _rows.Warnings : [.. _rows.Warnings, _lost];

    public void ReadRow(Picture target, int y)
    {
        try
        {
            if (_lost is null)
                _rows.ReadRow(target, y);
            else
                SampleRow.Bytes(target, y).Clear();
        }
        catch (PictureFormatException exception) when (_salvage && _next > 0)
        {
            _lost = new PictureWarning(PictureWarning.MissingPixels, $"From row {_next} of {Info.Height} on the pixels are missing ({exception.Message})");
            SampleRow.Bytes(target, y).Clear();
        }
        catch (PictureFormatException exception)
        {
            throw PictureFormatException.InFile(_name, exception);
        }

        RefuseIfMissing();
        _next++;
    }

    private void RefuseIfMissing()
    {
        if (!_salvage && _rows.Warnings.FirstOrDefault(warning => warning.Code == PictureWarning.MissingPixels) is { } lost)
            throw PictureFormatException.InFile(_name, new PictureFormatException($"{lost.Message} Get the file again, or salvage what there is."));
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file?.Dispose();
    }
}

/// <summary>The pictures of a file: adds its name to error messages, salvages what there is of each where asked to, and closes it.</summary>
internal sealed class NamedSequence(string name, FileStream file, IPictureSequence pictures, bool salvage) : IPictureSequence
{
    private int _next;

    public SequenceInfo Info => pictures.Info;

    public IPictureRows? Next(out TimeSpan duration)
    {
        _next++;
        IPictureRows? rows;
        try
        {
            rows = pictures.Next(out duration);
        }
        catch (PictureFormatException exception)
        {
            throw PictureFormatException.InFile(Name, exception);
        }

        return rows is null ? null : new NamedRows(Name, null, rows, salvage);
    }

    private string Name => $"{name}, {(Info.Kind == SequenceKind.Pages ? "page" : "frame")} {_next}";

    public void Dispose()
    {
        pictures.Dispose();
        file.Dispose();
    }
}
