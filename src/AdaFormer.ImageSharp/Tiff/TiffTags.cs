using SixLabors.ImageSharp.Metadata.Profiles.Exif;

namespace AdaFormer.ImageSharp.Tiff;

/// <summary>Separates a TIFF's tags that describe the picture, as EXIF does, from those that describe how it is stored.</summary>
internal static class TiffTags
{
    public const ushort XResolution = 282, YResolution = 283, ResolutionUnit = 296, Xmp = 700, IccProfile = 34675, ExifDirectory = 34665, GpsDirectory = 34853, Iptc = 33723, Photoshop = 34377;

    private const ushort LastOfGps = 31, FirstOfExif = 33434, LastOfExif = 42240;

    // Document name, description, make, model, orientation, resolution, software, date, artist, host computer, rating, copyright, XP title to subject.
    private static readonly ushort[] OfTheFirstDirectory =
        [269, 270, 271, 272, 274, XResolution, YResolution, ResolutionUnit, 305, 306, 315, 316, 18246, 18249, 33432, 40091, 40092, 40093, 40094, 40095];

    /// <summary>Whether a tag may be copied to another picture.</summary>
    public static bool Describes(ushort tag) =>
        Array.IndexOf(OfTheFirstDirectory, tag) >= 0
        || (tag is >= FirstOfExif and <= LastOfExif && tag is not (Iptc or Photoshop or IccProfile or ExifDirectory or GpsDirectory))
        || tag <= LastOfGps;

    /// <summary>Copies only those of a page's tags that describe the picture.</summary>
    public static ExifProfile? Describing(ExifProfile? page)
    {
        var copy = page?.DeepClone();
        foreach (var value in page?.Values ?? [])
        {
            if (!Describes((ushort)value.Tag))
                copy!.RemoveValue(value.Tag);
        }

        return copy;
    }
}
