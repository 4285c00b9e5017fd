using System.Buffers.Binary;

namespace AdaFormer.Imaging.Png;

/// <summary>Writes an animated PNG (PNG specification, third edition, 11.3.4.2 to 11.3.4.4), whose frames take the whole canvas. One compressed frame is held.</summary>
internal sealed class PngAnimationWriter(SequenceInfo info, Stream stream) : IPictureSequenceSink
{
    private readonly PngChunkWriter _chunks = new(stream);
    private MemoryStream _frame = new();
    private PictureInfo? _picture;
    private TimeSpan _duration;
    private uint _sequence;
    private int _written;

    public IPictureSink Begin(PictureInfo picture, TimeSpan duration)
    {
        WriteFrame();
        if (_picture is not null && (picture.Width, picture.Height, picture.Layout, picture.BitDepth) != (_picture.Width, _picture.Height, _picture.Layout, _picture.BitDepth))
            throw new PictureFormatException($"A frame has {picture.Width}×{picture.Height} pixels {picture.Layout} of {picture.BitDepth} bits, the first {_picture.Width}×{_picture.Height} {_picture.Layout} of {_picture.BitDepth}; frames of an animated PNG have to be alike.");
        (_picture, _duration, _frame) = (picture, duration, new MemoryStream());
        return new PngWriter(_frame, picture.Width, picture.Height, picture.Layout, picture.BitDepth, _written == 0 ? picture.Metadata : null);
    }

    public void Complete()
    {
        WriteFrame();
        if (_written != info.Count)
            throw new InvalidOperationException($"{_written} of {info.Count} frames have been written; write the others first.");
        _chunks.WriteChunk(PngFormat.End, []);
    }

    public void Dispose()
    {
    }

    // A frame is a PNG of its own so far. The first one's header and metadata are the animation's.
    private void WriteFrame()
    {
        if (_picture is null)
            return;
        _frame.Position = PngFormat.Signature.Length;
        if (_written == 0)
            stream.Write(PngFormat.Signature);
        var chunks = new PngChunkReader(_frame);
        var isControlled = false;
        for (chunks.Next(); chunks.Type != PngFormat.End; chunks.Next())
        {
            var (type, content) = (chunks.Type, chunks.ReadRest(int.MaxValue));
            if (type == PngFormat.ImageData)
            {
                if (!isControlled)
                    WriteControl();
                isControlled = true;
                if (_written == 0)
                    _chunks.WriteChunk(type, content);
                else
                    _chunks.WriteChunk(PngFormat.FrameData, [.. Bytes(_sequence++), .. content]);
            }
            else if (_written == 0)
            {
                _chunks.WriteChunk(type, content);
                if (type == PngFormat.Header)
                    _chunks.WriteChunk(PngFormat.AnimationControl, [.. Bytes((uint)info.Count), .. Bytes((uint)info.Plays)]);
            }
        }

        _written++;
    }

    // Place, duration in milliseconds; nothing is disposed of, and the frame takes the place of what is there.
    private void WriteControl()
    {
        var milliseconds = (ushort)Math.Clamp(Math.Round(_duration.TotalMilliseconds), 0, ushort.MaxValue);
        _chunks.WriteChunk(PngFormat.FrameControl, [.. Bytes(_sequence++), .. Bytes((uint)_picture!.Width), .. Bytes((uint)_picture.Height), .. new byte[8], (byte)(milliseconds >> 8), (byte)milliseconds, 1000 >> 8, 1000 & 0xFF, 0, 0]);
    }

    private static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
