using System.Buffers.Binary;

namespace AdaFormer.ImageSharp;

/// <summary>
/// Photoshop's image resources, as JPEG and TIFF carry them (Adobe Photoshop File Formats Specification, "Image Resources Section"). What they
/// say of the stored picture or of the program's state, such as a thumbnail or guides, is no longer true of an upscaled one and left out.
/// </summary>
internal static class PhotoshopBlock
{
    private const ushort Iptc = 0x0404, Copyright = 0x040A, Address = 0x040B, FirstPath = 2000, LastPath = 2999;
    private const int FixedLength = 6;

    private static ReadOnlySpan<byte> Signature => "8BIM"u8;

    /// <summary>Reads the resources up to their end or the first damaged one.</summary>
    /// <returns>The IPTC records, and the other resources that are kept; each <see langword="null"/> if there are none.</returns>
    public static (byte[]? Iptc, byte[]? Others) Read(ReadOnlySpan<byte> block)
    {
        byte[]? iptc = null;
        using var others = new MemoryStream();
        // Signature, number, name with its length in front, padded to an even length, and the data with theirs, padded too.
        while (block.Length > FixedLength && block.StartsWith(Signature))
        {
            var data = FixedLength + ((1 + block[FixedLength] + 1) & ~1) + 4;
            if (data > block.Length || BinaryPrimitives.ReadUInt32BigEndian(block[(data - 4)..]) is var length && length > block.Length - data)
                break;
            var end = Math.Min(data + (int)((length + 1) & ~1u), block.Length);
            switch (BinaryPrimitives.ReadUInt16BigEndian(block[4..]))
            {
                case Iptc when length > 0:
                    iptc ??= block.Slice(data, (int)length).ToArray();
                    break;
                case Copyright or Address or (>= FirstPath and <= LastPath):
                    others.Write(block[..end]);
                    break;
            }

            block = block[end..];
        }

        return (iptc, others.Length > 0 ? others.ToArray() : null);
    }

    /// <summary>Writes resources; <see langword="null"/> if there are none.</summary>
    public static byte[]? Write(byte[]? iptc, byte[]? others)
    {
        if (iptc is null)
            return others;
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, iptc.Length);
        return [.. Signature, Iptc >> 8, Iptc & 0xFF, 0, 0, .. length, .. iptc, .. new byte[iptc.Length & 1], .. others ?? []];
    }
}
