using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AdaFormer.Imaging;
using BitMiracle.LibTiff.Classic;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Decompresses a page of a TIFF, a strip or a row of tiles at a time, from the top.</summary>
internal sealed class TiffBlocks : IDisposable
{
    private readonly TiffStorage _storage;
    private readonly TiffPage _page;
    private readonly LibTiff _tiff;
    private readonly bool _isCut;
    private readonly int _planes;
    private readonly int _partsAcross;
    private readonly int _partStride;
    private readonly byte[] _part;
    private readonly byte[][] _rows;
    private int _loaded = -1;

    /// <summary>Opens a page.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tiff">The file's directories.</param>
    /// <param name="page">The page, which has been checked.</param>
    /// <param name="isCut">Whether the file's data end before the page does: what can be decoded of a part is then taken.</param>
    /// <exception cref="PictureFormatException">LibTiff.NET cannot read it, or a strip is larger than memory can hold in one piece.</exception>
    public TiffBlocks(Stream file, TiffFile tiff, TiffPage page, bool isCut)
    {
        (_storage, _page, _isCut) = (new TiffStorage(file, tiff, page), page, isCut);
        _tiff = _storage.Open();
        if (page is { Photometric: TiffPage.YCbCr, Compression: TiffPage.Jpeg })
            _tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        _planes = page.IsPlanar ? page.Samples : 1;
        var (length, across, stride) = (_tiff.StripSize(), 1, _tiff.ScanlineSize());
        RowsOfABlock = Math.Min(page.Height, page.IsTiled ? _tiff.GetField(TiffTag.TILELENGTH)[0].ToInt() : _tiff.GetFieldDefaulted(TiffTag.ROWSPERSTRIP)[0].ToInt() is > 0 and var rows ? rows : page.Height);
        if (page.IsTiled)
        {
            (length, stride) = (_tiff.TileSize(), _tiff.TileRowSize());
            across = ((page.Width - 1) / _tiff.GetField(TiffTag.TILEWIDTH)[0].ToInt()) + 1;
        }

        var samples = (long)page.Width * page.Samples / _planes;
        var (needed, block) = (((samples * page.Bits) + 7) / 8, (long)stride * across * RowsOfABlock);
        if (stride < 1 || length < 1 || (long)stride * across < needed || block > Array.MaxLength)
            throw TiffFile.Damaged($"a strip of {RowsOfABlock} rows has {length} bytes");
        (_partsAcross, _partStride, _part) = (across, stride, page.IsTiled ? new byte[length] : []);
        _rows = new byte[_planes][];
        for (var plane = 0; plane < _planes; plane++)
            _rows[plane] = new byte[Math.Max(block, page.IsTiled ? 0 : length)];
    }

    /// <summary>Memory that is held, in bytes.</summary>
    public long BytesHeld => _part.Length + _rows.Sum(rows => (long)rows.Length);

    private int RowsOfABlock { get; }

    /// <summary>The bytes of a row as stored, but for the byte order of samples, which is the machine's.</summary>
    /// <param name="y">The row.</param>
    /// <param name="plane">The plane; 0 if all samples are in one.</param>
    /// <exception cref="PictureFormatException">The data is damaged.</exception>
    public ReadOnlySpan<byte> Row(int y, int plane)
    {
        if (_loaded != y / RowsOfABlock)
            Load(y / RowsOfABlock, y);
        return _rows[plane].AsSpan((int)((long)(y % RowsOfABlock) * _partStride * _partsAcross), _partStride * _partsAcross);
    }

    public void Dispose() => _tiff.Dispose();

    private void Load(int block, int y)
    {
        var partsDown = ((_page.Height - 1) / RowsOfABlock) + 1;
        for (var plane = 0; plane < _planes; plane++)
        {
            var first = ((plane * partsDown) + block) * _partsAcross;
            if (!_page.IsTiled)
            {
                Array.Clear(_rows[plane]);
                Check(_tiff.ReadEncodedStrip(first, _rows[plane], 0, -1), y);
                if (_page.IsLeftInOtherOrder)
                    BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(_rows[plane]), MemoryMarshal.Cast<byte, ushort>(_rows[plane].AsSpan()));
                continue;
            }

            for (var part = 0; part < _partsAcross; part++)
            {
                Array.Clear(_part);
                Check(_tiff.ReadEncodedTile(first + part, _part, 0, -1), y);
                for (var row = 0; row < RowsOfABlock; row++)
                    _part.AsSpan(row * _partStride, _partStride).CopyTo(_rows[plane].AsSpan(((row * _partsAcross) + part) * _partStride));
            }
        }

        _loaded = block;
    }

    private void Check(int read, int y)
    {
        if ((read < 0 || _storage.Failure is not null) && !_isCut)
            throw TiffFile.Damaged($"from row {y} of {_page.Height} on its pixels cannot be decompressed ({_storage.Failure ?? "no reason given"})");
    }
}
