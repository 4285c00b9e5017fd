using System.Buffers.Binary;

namespace AdaFormer.Imaging;

/// <summary>The header of an ICC profile (ICC.1:2022, 7.2).</summary>
internal static class IccHeader
{
    public const int Length = 128;

    /// <summary>The profile's length in bytes, as its first four say.</summary>
    public static uint ProfileLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    /// <summary>Whether a profile is for such channels.</summary>
    public static bool Fits(ReadOnlySpan<byte> profile, PixelLayout layout) =>
        profile.Length >= Length && profile.Slice(36, 4).SequenceEqual("acsp"u8)
        && profile.Slice(16, 4).SequenceEqual(layout.IsGray() ? "GRAY"u8 : "RGB "u8);
}
