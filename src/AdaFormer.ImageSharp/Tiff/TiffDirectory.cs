using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>
/// The entries of a TIFF's directories that describe the picture, for a file of the same byte order. They are copied with the values as stored;
/// only offsets within a value, as in some maker notes, no longer lead where they did.
/// </summary>
internal static class TiffDirectory
{
    private static readonly ushort[] Pointers = [TiffTags.ExifDirectory, TiffTags.GpsDirectory, TiffTags.InteroperabilityDirectory];

    /// <summary>The entries of EXIF data with which a file begins; data that cannot be parsed has none.</summary>
    public static IEnumerable<(ushort Tag, byte[] Entry)> InPlace(byte[] exif)
    {
        var file = new TiffFile(new MemoryStream(exif));
        foreach (var entry in Parsed(file))
        {
            if (file.Holds(entry) && (TiffTags.Describes(entry.Tag) || Array.IndexOf(Pointers, entry.Tag) >= 0))
                yield return (entry.Tag, [.. file.Bytes(entry.Tag, 2), .. file.Bytes(entry.Type, 2), .. file.Bytes(entry.Count, 4), .. file.InEntry(entry)]);
        }
    }

    /// <summary>Copies the entries of EXIF data of a file that has begun with another's. In another byte order there are none.</summary>
    public static IEnumerable<(ushort Tag, byte[] Entry)> Copy(byte[] exif, TiffWriter target)
    {
        var file = new TiffFile(new MemoryStream(exif));
        return file.IsBigEndian == target.IsBigEndian ? Copy(file, Parsed(file), target) : [];
    }

    /// <summary>Copies those of a directory's entries that describe the picture, and the directories that they refer to.</summary>
    /// <param name="file">The source.</param>
    /// <param name="entries">The directory's entries.</param>
    /// <param name="target">The file that receives the values.</param>
    /// <param name="isReferred">Whether the directory is one that another refers to, of which all is copied.</param>
    public static List<(ushort Tag, byte[] Entry)> Copy(TiffFile file, IEnumerable<TiffEntry> entries, TiffWriter target, bool isReferred = false)
    {
        var copies = new List<(ushort, byte[])>();
        foreach (var entry in entries.Where(file.Holds).DistinctBy(entry => entry.Tag).OrderBy(entry => entry.Tag))
        {
            if (Array.IndexOf(Pointers, entry.Tag) >= 0)
            {
                // A directory within one that is referred to twice could go on without end.
                if (!isReferred || entry.Tag == TiffTags.InteroperabilityDirectory)
                    Refer(entry);
            }
            else if (entry.Type < TiffEntry.Long8 && (isReferred || TiffTags.Describes(entry.Tag)))
            {
                copies.Add((entry.Tag, target.Entry(entry.Tag, entry.Type, entry.Count, file.Bytes(entry))));
            }
        }

        return copies;

        void Refer(TiffEntry pointer)
        {
            if (pointer.Count != 1 || pointer.Type is not (TiffEntry.Long or TiffEntry.Directory or TiffEntry.Long8))
                return;
            var all = file.Entries(file.Numbers(pointer).First(), out _);
            var inner = Copy(file, pointer.Tag == TiffTags.InteroperabilityDirectory ? all.Where(entry => entry.Tag != pointer.Tag) : all, target, isReferred: true);
            if (inner.Count == 0)
                return;
            target.Align();
            var at = target.Position;
            target.Stream.Write(target.Bytes((ushort)inner.Count));
            foreach (var (_, entry) in inner)
                target.Stream.Write(entry);
            target.Stream.Write(target.Bytes(0u));
            copies.Add((pointer.Tag, target.Entry(pointer.Tag, TiffEntry.Long, 1, target.Bytes(at))));
        }
    }

    private static List<TiffEntry> Parsed(TiffFile file)
    {
        try
        {
            return file.Entries(file.FirstDirectory, out _);
        }
        catch (PictureFormatException)
        {
            return [];
        }
    }
}
