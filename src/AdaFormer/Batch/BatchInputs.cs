using System.IO.Enumeration;
using AdaFormer.Imaging;

namespace AdaFormer.Batch;

/// <summary>Finds the picture files of a batch.</summary>
public static class BatchInputs
{
    /// <summary>The pictures that a path means: those in a folder, those that fit a pattern, or a single file.</summary>
    /// <param name="path">A folder; a pattern with <c>*</c>, <c>?</c>, and <c>**</c> for any folders; or a file.</param>
    /// <param name="reader">Reads the pictures; files of other formats are left out.</param>
    /// <param name="recursive">Whether folders within a folder count too; patterns say so themselves.</param>
    /// <returns>In ordinal order of their names. Hidden files and folders, whose names begin with a dot, and links to folders are left out.</returns>
    /// <exception cref="FileNotFoundException">There is nothing of that name.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder where a pattern begins does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder holds no picture, or no picture fits the pattern.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
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

    /// <summary>The pictures that a text file lists, a path in each line; empty lines are skipped.</summary>
    /// <param name="listFile">The text file, UTF-8. Paths are as seen from the current folder. Those that stay within it keep their folders in their names, others are named by the file alone.</param>
    /// <returns>In the list's order, whether the files exist or not.</returns>
    /// <exception cref="IOException">The list is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The list is empty.</exception>
    public static IReadOnlyList<BatchInput> Listed(string listFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(listFile);
        if (!File.Exists(listFile))
            throw new FileNotFoundException($"There is no list '{listFile}'.", listFile);
        BatchInput[] listed = [.. File.ReadLines(listFile).Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => new BatchInput(line, NameOf(line)))];
        return listed.Length > 0 ? listed : throw new InvalidDataException($"The list '{listFile}' is empty; expected a path in each line.");
    }

    private static BatchInput[] InFolder(string folder, PictureReader reader, bool recursive)
    {
        var found = Search(folder, recursive, reader.IsPicture);
        if (found.Length > 0)
            return found;
        throw new InvalidDataException(!recursive && Search(folder, recursive: true, reader.IsPicture).Length > 0
            ? $"'{folder}' holds pictures only in folders within it; search it recursively."
            : $"'{folder}' holds no picture ({reader.Extensions}).");
    }

    private static BatchInput[] Fitting(Glob glob, PictureReader reader)
    {
        if (!Directory.Exists(glob.Folder))
            throw new DirectoryNotFoundException($"There is no folder '{glob.Folder}', where the pattern '{glob.Pattern}' begins.");
        var found = Search(glob.Folder, recursive: true, name => reader.IsPicture(name) && glob.Matches(name));
        return found.Length > 0 ? found : throw new InvalidDataException($"No picture ({reader.Extensions}) fits the pattern '{glob.Pattern}'.");
    }

    private static BatchInput[] Search(string folder, bool recursive, Func<string, bool> wanted)
    {
        var files = new FileSystemEnumerable<string>(
            folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = recursive, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !entry.FileName.StartsWith('.'),
            // A link to a folder may lead back to where it lies.
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

/// <summary>A picture file that a batch is to upscale.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its path within the folder that was searched, with <c>/</c> between the parts on every system: <c>holiday/beach.jpg</c>.</param>
public sealed record BatchInput(string Path, string Name);
