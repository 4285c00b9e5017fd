using BitMiracle.LibJpeg.Classic;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Gives a JPEG's bytes to libjpeg, and an end mark after the last one.</summary>
internal sealed class JpegSource(Stream file) : jpeg_source_mgr
{
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <summary>Whether the decoder read beyond the last byte: it met no end mark.</summary>
    public bool HasEnded { get; private set; }

    public override void init_source()
    {
    }

    public override bool fill_input_buffer()
    {
        var count = HasEnded ? 0 : file.Read(_buffer);
        if (count == 0)
        {
            HasEnded = true;
            (_buffer[0], _buffer[1], count) = (0xFF, (byte)JPEG_MARKER.EOI, 2);
        }

        initInternalBuffer(_buffer, count);
        return true;
    }
}
