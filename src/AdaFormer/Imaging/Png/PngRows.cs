namespace AdaFormer.Imaging;

/// <summary>The rows of a PNG that is not interlaced, decoded one by one; no more than two of them are held.</summary>
internal sealed class PngRows(PngChunkReader chunks, PngHeader header, PngRowExpander expander, PictureInfo info) : IPictureRows
{
    private readonly PngImageData _data = new(chunks);
    private byte[] _row = new byte[header.RowLength(header.Width)];
    private byte[] _above = new byte[header.RowLength(header.Width)];
    private int _next;

    public PictureInfo Info => info;

    public long BytesHeld => 0;

    public void ReadRow(Picture target, int y)
    {
        if (_next == header.Height)
            throw new InvalidOperationException($"All {header.Height} rows are read.");
        _data.ReadRow(_row, _above, header.FilterDistance);
        expander.Expand(_row, target, y);
        (_row, _above) = (_above, _row);
        if (++_next < header.Height)
            return;
        _data.Finish();
        PngDecoder.ReadToEnd(chunks);
    }

    public void Dispose() => _data.Dispose();
}
