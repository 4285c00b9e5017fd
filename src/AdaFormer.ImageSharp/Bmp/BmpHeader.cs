using System.Buffers.Binary;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Bmp;

/// <summary>Checks BMP header fields that ImageSharp does not check, and reads the colour profile, which it ignores.</summary>
internal static class BmpHeader
{
    private const int PixelPlace = 10;

    /// <summary>Reads the profile, if there is one.</summary>
    /// <param name="file">The BMP, whose first byte is at position 0.</param>
    /// <exception cref="PictureFormatException">Its palette, which ImageSharp allocates at once, or its profile would end after the file.</exception>
    public static byte[]? ReadProfile(Stream file)
    {
        Span<byte> header = stackalloc byte[BmpWriter.FileHeader + BmpWriter.Version5];
        // An OS/2 array of BMPs has a header of the same length before that of its first picture.
        file.Position = Signature(file) == "BA" ? BmpWriter.FileHeader : 0;
        header = header[..file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        if (header.Length < BmpWriter.FileHeader + sizeof(int))
            return null;
        Require("pixels begin", Number(header, PixelPlace), file.Length);
        var info = header[BmpWriter.FileHeader..];
        if (Number(info, 0) < BmpWriter.Version5 || info.Length < BmpWriter.Version5 || !info[BmpWriter.ColorSpace..].StartsWith(BmpWriter.Embedded))
            return null;
        var (place, length) = (BmpWriter.FileHeader + Number(info, BmpWriter.ProfilePlace), Number(info, BmpWriter.ProfileLength));
        Require("profile ends", place + length, file.Length);
        if (length == 0)
            return null;
        var profile = new byte[length];
        file.Position = place;
        file.ReadExactly(profile);
        return profile;
    }

    private static string Signature(Stream file)
    {
        file.Position = 0;
        return $"{(char)file.ReadByte()}{(char)file.ReadByte()}";
    }

    private static long Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Require(string what, long at, long end)
    {
        if (at > end)
            throw new PictureFormatException($"The picture is damaged: its {what} at byte {at} of {end}. Get the file again.");
    }
}
