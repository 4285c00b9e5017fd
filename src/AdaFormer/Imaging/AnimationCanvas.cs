using System.Numerics;

namespace AdaFormer.Imaging;

/// <summary>What becomes of a frame's place before the next frame is drawn.</summary>
public enum FrameDisposal
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It becomes transparent.</summary>
    Clear,

    /// <summary>It becomes what it was before.</summary>
    Restore,
}

/// <summary>
/// The canvas onto which an animation's frames are drawn: parts of a picture at a place, over what is there or instead of it (APNG
/// specification, `fcTL`; RFC 9649, section 2.7.1.1).
/// </summary>
public sealed class AnimationCanvas
{
    private readonly Picture _canvas;

    /// <summary>Creates a transparent canvas; one without alpha is black.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="layout">The channels of the frames.</param>
    /// <param name="bitDepth">Bits per sample: 8 or 16.</param>
    public AnimationCanvas(int width, int height, PixelLayout layout, int bitDepth = 8) => _canvas = new Picture(width, height, layout, bitDepth);

    /// <summary>Draws a frame.</summary>
    /// <param name="part">Its pixels, of the canvas's layout and bit depth.</param>
    /// <param name="left">Column of its left edge.</param>
    /// <param name="top">Row of its top edge.</param>
    /// <param name="isOver">Whether it is laid over what is there; otherwise it takes its place.</param>
    /// <param name="disposal">What becomes of its place afterwards.</param>
    /// <returns>The whole picture that is shown.</returns>
    /// <exception cref="PictureFormatException">It does not lie within the canvas.</exception>
    public Picture Draw(Picture part, int left, int top, bool isOver, FrameDisposal disposal)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (left < 0 || top < 0 || (long)left + part.Width > _canvas.Width || (long)top + part.Height > _canvas.Height)
            throw new PictureFormatException($"The animation is damaged: a frame of {part.Width}×{part.Height} pixels at ({left}, {top}) does not lie within {_canvas.Width}×{_canvas.Height}. Get the file again.");
        var before = disposal == FrameDisposal.Restore ? PictureCrop.Part(_canvas, left, top, part.Width, part.Height) : null;
        Copy(part, left, top, isOver && part.Layout.HasAlpha());
        var shown = PictureCrop.Part(_canvas, 0, 0, _canvas.Width, _canvas.Height);
        if (disposal == FrameDisposal.Clear)
            before = new Picture(part.Width, part.Height, part.Layout, part.BitDepth);
        if (before is not null)
            Copy(before, left, top, isOver: false);
        return shown;
    }

    private void Copy(Picture part, int left, int top, bool isOver)
    {
        for (var y = 0; y < part.Height; y++)
        {
            if (!isOver)
                SampleRow.Bytes(part, y).CopyTo(SampleRow.Bytes(_canvas, top + y)[(left * part.Channels * part.BitDepth / 8)..]);
            else if (part.BitDepth == 8)
                Over<byte>(part.Row8(y), _canvas.Row8(top + y)[(left * part.Channels)..], part.Channels);
            else
                Over<ushort>(part.Row16(y), _canvas.Row16(top + y)[(left * part.Channels)..], part.Channels);
        }
    }

    private static void Over<T>(ReadOnlySpan<T> source, Span<T> target, int channels) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var maximum = long.CreateTruncating(T.MaxValue);
        for (var i = 0; i < source.Length; i += channels)
        {
            var (above, below) = (long.CreateTruncating(source[i + channels - 1]), long.CreateTruncating(target[i + channels - 1]));
            // All weights are times the maximum squared.
            var (weight, rest) = (above * maximum, below * (maximum - above));
            if (weight + rest == 0)
                continue;
            for (var channel = 0; channel < channels - 1; channel++)
            {
                var sum = (long.CreateTruncating(source[i + channel]) * weight) + (long.CreateTruncating(target[i + channel]) * rest);
                target[i + channel] = T.CreateTruncating((sum + ((weight + rest) / 2)) / (weight + rest));
            }

            target[i + channels - 1] = T.CreateTruncating((weight + rest + (maximum / 2)) / maximum);
        }
    }
}
