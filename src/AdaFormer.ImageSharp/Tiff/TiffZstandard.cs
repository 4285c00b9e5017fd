using System.IO.Compression;
using System.Numerics;
using AdaFormer.Imaging;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// Pages compressed by Zstandard (RFC 8878), which LibTiff.NET does not know. The page's strips or tiles are decompressed and put behind a copy
/// of the file, as Deflate without compression, with a directory that is the page's own but for that.
/// </summary>
internal static class TiffZstandard
{
    /// <summary>The compression's number.</summary>
    public const int Compression = 50000;

    private const int Deflate = 8, UsualWindow = 23, LargestWindow = 27;

    /// <summary>A copy of the file whose first directory is the page's, stored so that LibTiff.NET can read it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tiff">The file's directories.</param>
    /// <param name="page">The page, which has been checked.</param>
    /// <exception cref="PictureFormatException">Its parts are damaged, or larger than the page.</exception>
    public static MemoryStream Unpack(Stream file, TiffFile tiff, TiffPage page)
    {
        var copy = new MemoryStream();
        file.Position = 0;
        file.CopyTo(copy);
        var (offsets, lengths) = (new List<long>(), new List<long>());
        foreach (var (offset, length) in page.Offsets.Zip(page.Lengths))
        {
            offsets.Add(copy.Length);
            copy.Position = copy.Length;
            using (var deflate = new ZLibStream(copy, CompressionLevel.NoCompression, leaveOpen: true))
                Decompress(offset < tiff.Length ? tiff.Read(offset, (int)Math.Min(length, tiff.Length - offset)) : [], deflate, page.MaximumPartLength);
            lengths.Add(copy.Length - offsets[^1]);
        }

        var type = tiff.IsBig ? TiffEntry.Long8 : TiffEntry.Long;
        var entries = new SortedDictionary<ushort, byte[]>();
        foreach (var entry in page.Entries.DistinctBy(entry => entry.Tag))
            entries[entry.Tag] = Entry(entry.Tag, entry.Type, entry.Count, tiff.InEntry(entry));
        entries[TiffTags.Compression] = Entry(TiffTags.Compression, TiffEntry.Short, 1, [.. tiff.Bytes(Deflate, 2), .. new byte[tiff.OffsetLength - 2]]);
        entries[page.OffsetsTag] = Entry(page.OffsetsTag, type, offsets.Count, Place(offsets));
        entries[page.LengthsTag] = Entry(page.LengthsTag, type, lengths.Count, Place(lengths));
        var directory = copy.Length;
        copy.Position = directory;
        copy.Write(tiff.Bytes(entries.Count, tiff.CountLength));
        foreach (var entry in entries.Values)
            copy.Write(entry);
        copy.Write(new byte[tiff.OffsetLength]);
        copy.Position = tiff.OffsetLength;
        copy.Write(tiff.Bytes(directory, tiff.OffsetLength));
        copy.Position = 0;
        return copy;

        byte[] Entry(ushort tag, ushort kind, long count, byte[] value) => [.. tiff.Bytes(tag, 2), .. tiff.Bytes(kind, 2), .. tiff.Bytes(count, tiff.OffsetLength), .. value];

        byte[] Place(List<long> numbers)
        {
            if (numbers.Count == 1)
                return tiff.Bytes(numbers[0], tiff.OffsetLength);
            var place = copy.Length;
            copy.Position = place;
            foreach (var number in numbers)
                copy.Write(tiff.Bytes(number, tiff.OffsetLength));
            return tiff.Bytes(place, tiff.OffsetLength);
        }
    }

    private static void Decompress(byte[] part, Stream target, long maximumLength)
    {
        using var source = new DecompressionStream(new MemoryStream(part));
        // Encoders that do not know a part's length ask for a window of up to 8 MB.
        source.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, Math.Clamp(BitOperations.Log2((ulong)maximumLength) + 1, UsualWindow, LargestWindow));
        var buffer = new byte[1 << 16];
        try
        {
            for (int count; (count = source.Read(buffer)) > 0; maximumLength -= count)
            {
                if (count > maximumLength)
                    throw TiffFile.Damaged("a part of it is larger than the page");
                target.Write(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            throw TiffFile.Damaged($"its pixels cannot be decompressed ({e.Message})");
        }
    }
}
