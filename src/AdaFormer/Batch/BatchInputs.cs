using System.IO.Enumeration;
using AdaFormer.Imaging;

namespace AdaFormer.Batch;

/// <summary>Finds the picture files of a batch.</summary>
public static class BatchInputs
{
    /// <summary>Finds the pictures at a path: all in a folder, those that match a pattern, or a single file.</summary>
    /// <param name="path">A folder; a pattern with <c>*</c>, <c>?</c>, and <c>**</c> for any folders; or a file.</param>
    /// <param name="reader">Reads the pictures; files of other formats are skipped.</param>
    /// <param name="recursive">Whether to search subfolders too; a pattern says so itself, with <c>**</c>.</param>
    /// <returns>The pictures in ordinal order of their names, without hidden files and folders (names that begin with a dot) and links to folders.</returns>
    /// <exception cref="FileNotFoundException">No file or folder has that name.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder that the pattern starts in does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder contains no picture, or no picture matches the pattern.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a folder is denied.</exception>
    public static IReadOnlyList<BatchInput> Find(string path, PictureReader reader, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(reader);
        if (File.Exists(path))
            return [new BatchInput(path, Path.GetFileName(path))];
        if (Directory.Exists(path))
            return InFolder(path, reader, recursive);
        if (Glob.IsPattern(path))
            return Fitting(new Glob(path), reader);
        throw new FileNotFoundException($"There is no file or folder '{path}' (looked for it at '{Path.GetFullPath(path)}').", path);
    }

    /// <summary>Finds the files that <see cref="Find"/> passes over because their names do not end as the reader's pictures do.</summary>
    /// <param name="path">A folder, a pattern or a file, as for <see cref="Find"/>.</param>
    /// <param name="reader">Reads the pictures.</param>
    /// <param name="recursive">Whether to search subfolders too.</param>
    /// <returns>The files in ordinal order of their names; none for a single file, which is always tried.</returns>
    /// <exception cref="UnauthorizedAccessException">Access to a folder is denied.</exception>
    public static IReadOnlyList<BatchInput> PassedOver(string path, PictureReader reader, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(reader);
        if (File.Exists(path))
            return [];
        if (Directory.Exists(path))
            return Search(path, recursive, name => !reader.IsPicture(name));
        var glob = new Glob(path);
        return Directory.Exists(glob.Folder) ? Search(glob.Folder, recursive: true, name => !reader.IsPicture(name) && glob.Matches(name)) : [];
    }

    /// <summary>Reads the pictures listed in a text file, one path per line; empty lines are skipped.</summary>
    /// <param name="listFile">The text file, UTF-8. Paths are relative to the current folder. Those within it keep their folders in their names, others are named by the file alone.</param>
    /// <returns>The pictures in the list's order, whether the files exist or not.</returns>
    /// <exception cref="IOException">The list is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The list is empty.</exception>
    public static IReadOnlyList<BatchInput> Listed(string listFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(listFile);
        if (!File.Exists(listFile))
            throw new FileNotFoundException($"There is no list '{listFile}'.", listFile);
        BatchInput[] listed = [.. File.ReadLines(listFile).Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => new BatchInput(line, NameOf(line)))];
        return listed.Length > 0 ? listed : throw new InvalidDataException($"The list '{listFile}' is empty; expected one path per line.");
    }

    private static BatchInput[] InFolder(string folder, PictureReader reader, bool recursive)
    {
        var found = Search(folder, recursive, reader.IsPicture);
        if (found.Length > 0)
            return found;
        throw new InvalidDataException(!recursive && Search(folder, recursive: true, reader.IsPicture).Length > 0
            ? $"'{folder}' contains pictures only in subfolders; search it recursively."
            : $"'{folder}' contains no picture ({reader.Extensions}).");
    }

    private static BatchInput[] Fitting(Glob glob, PictureReader reader)
    {
        if (!Directory.Exists(glob.Folder))
            throw new DirectoryNotFoundException($"There is no folder '{glob.Folder}', in which the pattern '{glob.Pattern}' starts.");
        var found = Search(glob.Folder, recursive: true, name => reader.IsPicture(name) && glob.Matches(name));
        return found.Length > 0 ? found : throw new InvalidDataException($"No picture ({reader.Extensions}) matches the pattern '{glob.Pattern}'.");
    }

    private static BatchInput[] Search(string folder, bool recursive, Func<string, bool> wanted)
    {
        var files = new FileSystemEnumerable<string>(
            folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = recursive, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !entry.FileName.StartsWith('.'),
            // A link to a folder may lead back to a parent of the link.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.FileName.StartsWith('.') && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return
        [
            .. files.Select(file => new BatchInput(file, Slashes(Path.GetRelativePath(folder, file))))
                .Where(input => wanted(input.Name))
                .OrderBy(input => input.Name, StringComparer.Ordinal),
        ];
    }

    private static string NameOf(string path)
    {
        var name = Slashes(Path.GetRelativePath(".", path));
        return Path.IsPathRooted(path) || Path.IsPathRooted(name) || name.StartsWith("../", StringComparison.Ordinal) ? Path.GetFileName(path) : name;
    }

    private static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}

/// <summary>A picture file to upscale in a batch.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Name">Its path within the folder that was searched, with <c>/</c> between the parts on every system: <c>holiday/beach.jpg</c>.</param>
public sealed record BatchInput(string Path, string Name);
