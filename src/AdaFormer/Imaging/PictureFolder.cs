namespace AdaFormer.Imaging;

/// <summary>The picture files of a folder.</summary>
public static class PictureFolder
{
    internal static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"];

    /// <summary>The paths of all picture files directly in a folder, sorted by name.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders within it count too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no picture.</exception>
    public static IReadOnlyList<string> List(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for it at '{Path.GetFullPath(folder)}').");
        string[] paths =
        [
            .. Directory.EnumerateFiles(folder, "*", recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(IsPicture)
                .Order(StringComparer.Ordinal),
        ];
        return paths.Length > 0 ? paths : throw new InvalidDataException($"'{folder}' holds no picture ({string.Join(", ", Extensions)}).");
    }

    /// <summary>Whether a file's name ends as pictures' do.</summary>
    internal static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
