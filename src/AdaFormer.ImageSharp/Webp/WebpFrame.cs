using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Webp;

/// <summary>A frame of an animated WebP (RFC 9649, section 2.7.1.1).</summary>
/// <param name="Pixels">Its compressed pixels.</param>
/// <param name="Left">Column of its left edge, even.</param>
/// <param name="Top">Row of its top edge, even.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Duration">How long it is shown.</param>
/// <param name="IsOver">Whether it is laid over what is there; otherwise it takes its place.</param>
/// <param name="IsCleared">Whether its place becomes transparent afterwards.</param>
internal sealed record WebpFrame(IReadOnlyList<WebpChunk> Pixels, int Left, int Top, int Width, int Height, TimeSpan Duration, bool IsOver, bool IsCleared)
{
    private const int HeaderLength = 16, LongestDuration = 0xFFFFFF;
    private const byte NotOver = 2, Cleared = 1;

    /// <summary>Reads a frame: position halved, size less one, milliseconds, flags; then the chunks of its pixels.</summary>
    /// <exception cref="PictureFormatException">It is damaged.</exception>
    public static WebpFrame Parse(byte[] frame)
    {
        if (frame.Length < HeaderLength)
            throw WebpFile.Damaged($"a frame has {frame.Length} bytes");
        var pixels = WebpChunk.Read(new MemoryStream(frame) { Position = HeaderLength }, frame.Length, WebpFile.Alpha, WebpFile.Lossy, WebpFile.Lossless);
        return new WebpFrame(
            WebpFile.PixelsOf(pixels), 2 * WebpFile.Number(frame, 0), 2 * WebpFile.Number(frame, 3), 1 + WebpFile.Number(frame, 6), 1 + WebpFile.Number(frame, 9),
            TimeSpan.FromMilliseconds(WebpFile.Number(frame, 12)), (frame[15] & NotOver) == 0, (frame[15] & Cleared) != 0);
    }

    /// <summary>The frame as a chunk.</summary>
    public WebpChunk ToChunk()
    {
        using var chunk = new MemoryStream();
        foreach (var number in new[] { Left / 2, Top / 2, Width - 1, Height - 1, (int)Math.Clamp(Math.Round(Duration.TotalMilliseconds), 0, LongestDuration) })
            chunk.Write([(byte)number, (byte)(number >> 8), (byte)(number >> 16)]);
        chunk.WriteByte((byte)((IsOver ? 0 : NotOver) | (IsCleared ? Cleared : 0)));
        foreach (var part in Pixels)
            part.Write(chunk);
        return new WebpChunk(WebpFile.AnimationFrame, chunk.ToArray());
    }
}
