using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Gif;

/// <summary>Counts a GIF's frames by its blocks (GIF89a, section 12).</summary>
internal static class GifFrames
{
    private const int HeaderLength = 13, FrameHeaderLength = 9, Extension = 0x21, Frame = 0x2C;

    /// <summary>Warns where there are more frames than one, or the first one's data are cut off.</summary>
    public static void Check(Stream file, ICollection<PictureWarning> warnings)
    {
        file.Position = 0;
        using var buffered = new BufferedStream(file, 1 << 16);
        var header = new byte[HeaderLength];
        if (buffered.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return;
        var frames = Skip(buffered, TableLength(header[10])) ? Count(buffered) : 0;
        if (frames == 0)
            warnings.Add(new PictureWarning(PictureWarning.MissingPixels, "The GIF's data end before its first frame does."));
        else if (frames > 1)
            warnings.Add(new PictureWarning(PictureWarning.Frames, "The GIF is an animation; only its first frame was read."));
    }

    /// <summary>The number of whole frames, at most 2.</summary>
    private static int Count(Stream file)
    {
        for (var frames = 0; frames < 2;)
        {
            switch (file.ReadByte())
            {
                case Extension when file.ReadByte() >= 0 && SkipBlocks(file):
                    break;
                case Frame:
                    var header = new byte[FrameHeaderLength];
                    if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !Skip(file, TableLength(header[8])) || file.ReadByte() < 0 || !SkipBlocks(file))
                        return frames;
                    frames++;
                    break;
                default:
                    return frames;
            }
        }

        return 2;
    }

    private static int TableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static bool SkipBlocks(Stream file)
    {
        for (int length; (length = file.ReadByte()) != 0;)
        {
            if (length < 0 || !Skip(file, length))
                return false;
        }

        return true;
    }

    private static bool Skip(Stream file, int count)
    {
        Span<byte> skipped = stackalloc byte[count];
        return file.ReadAtLeast(skipped, count, throwOnEndOfStream: false) == count;
    }
}
