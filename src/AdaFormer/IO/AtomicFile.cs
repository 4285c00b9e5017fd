using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AdaFormer.IO;

/// <summary>
/// Atomic file writes: whenever the process is killed, the target is absent, the old file, or the new one.
/// What a killed process left behind is removed by the next write to the same target.
/// </summary>
public static class AtomicFile
{
    private const string Suffix = ".adaformer-tmp";
    private const int RandomBytes = 6;
    private const int Attempts = 10;
    private const int FileExists = 17; // EEXIST of Linux and macOS

    // Length of a temporary file's name after the prefix.
    private static readonly int EndLength = (2 * RandomBytes) + Suffix.Length;

    // Leaves room for the rest within the 255 bytes that file systems allow, at four bytes per character.
    private const int LongestNamePart = 50;

    /// <summary>Writes a file next to its target and renames it when it is on the disk.</summary>
    /// <param name="path">The target.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="write">Writes the content. If it throws, nothing is left behind and the old file stays.</param>
    /// <exception cref="IOException">The target exists and may not be overwritten, its folder is missing or not writable, or the disk fails.</exception>
    public static void Write(string path, bool overwrite, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = TargetOf(path);
        CheckTarget(target, overwrite);
        RemoveLeftovers(target);
        using var stream = Create(target);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            // Renamed while still open and locked: if closed first, another process would take it for a left-over until it is renamed.
            Rename(stream.Name, target, overwrite);
        }
        catch
        {
            Discard(stream);
            throw;
        }
    }

    /// <summary>The full path of the file that a write to a path replaces: for a link, its target.</summary>
    public static string TargetOf(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);

    private static void Discard(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // What remains in the buffer does not fit on a full disk either.
        }

        File.Delete(stream.Name);
    }

    private static void CheckTarget(string target, bool overwrite)
    {
        var folder = Path.GetDirectoryName(target);
        if (Directory.Exists(target))
            throw new IOException($"'{target}' is a folder, expected the name of a file to write.");
        if (!OperatingSystem.IsWindows() && (target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal)))
            throw new IOException($"'{target}' is a device, expected the name of a file to write.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist. Create it before writing '{Path.GetFileName(target)}' into it.");
        if (!overwrite && File.Exists(target))
            throw AlreadyThere(target);
    }

    private static FileStream Create(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        for (var attempt = 1; ; attempt++)
        {
            var name = Path.Combine(folder, Prefix(target) + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)) + Suffix);
            try
            {
                // Sharing nothing but deletion locks the file, which shows others that its writer is alive, and allows renaming it.
                var stream = new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
                if (File.Exists(name))
                    return stream;
                // Where locking is a separate step, another process took the file for a left-over before that step.
                stream.Dispose();
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException($"No permission to write to the folder '{folder}'. Change its permissions or choose another folder.", e);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // As above, but the other process still holds it.
            }
        }
    }

    private static void Rename(string temporary, string target, bool overwrite)
    {
        // On Unix File.Move checks first and then renames, so two writers may both see no target. Creating a link is atomic.
        if (!overwrite && !OperatingSystem.IsWindows())
        {
            if (Link(temporary, target) == 0)
            {
                File.Delete(temporary);
                return;
            }

            if (Marshal.GetLastPInvokeError() == FileExists)
                throw AlreadyThere(target);
        }

        try
        {
            File.Move(temporary, target, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(target))
        {
            throw AlreadyThere(target);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"No permission to replace '{target}'. Change its permissions or choose another name.", e);
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    /// <summary>Removes what killed processes left behind when writing to these full paths.</summary>
    internal static void RemoveLeftovers(params IEnumerable<string> targets)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
        foreach (var folder in targets.GroupBy(target => Path.GetDirectoryName(target)!, Prefix))
        {
            var prefixes = folder.ToHashSet();
            var files = Directory.Exists(folder.Key) ? Directory.EnumerateFiles(folder.Key, "*" + Suffix, options) : [];
            foreach (var file in files.Where(file => prefixes.Contains(Path.GetFileName(file)[..^Math.Min(EndLength, Path.GetFileName(file).Length)])))
                Remove(file);
        }
    }

    private static void Remove(string leftover)
    {
        try
        {
            // Succeeds only if no running process has the file open.
            using var file = new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string Prefix(string target)
    {
        var name = Path.GetFileName(target);
        return $".{name[..Math.Min(name.Length, LongestNamePart)]}.";
    }

    private static IOException AlreadyThere(string target) =>
        new($"'{target}' exists already and may not be overwritten. Choose another name or allow overwriting.");
}

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>The hash in lower-case hexadecimal.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static string Of(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return Of(stream);
    }

    /// <summary>The hash of a stream from where it stands to its end.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
