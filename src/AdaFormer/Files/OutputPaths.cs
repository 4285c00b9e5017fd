using AdaFormer.IO;

namespace AdaFormer.Files;

/// <summary>Checks up front that the output files may be written.</summary>
public static class OutputPaths
{
    /// <summary>Compares paths like the system's usual file systems.</summary>
    internal static StringComparer PathComparer { get; } = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>Rejects targets that cannot be written.</summary>
    /// <param name="overwrite">Whether existing files may be replaced; inputs never are.</param>
    /// <param name="inputs">Files to read; null is skipped.</param>
    /// <param name="targets">Files to write; null is skipped.</param>
    /// <exception cref="DirectoryNotFoundException">The folder of a target does not exist.</exception>
    /// <exception cref="FileExistsException">A target exists and may not be replaced.</exception>
    /// <exception cref="IOException">A target is an input or a folder, or is named twice.</exception>
    public static void Check(bool overwrite, IEnumerable<string?> inputs, params IEnumerable<string?> targets)
    {
        var sources = inputs.OfType<string>().Select(AtomicFile.TargetOf).ToArray();
        var seen = new List<string>();
        foreach (var target in targets.OfType<string>())
        {
            var path = AtomicFile.TargetOf(target);
            if (sources.Contains(path, PathComparer))
                throw new IOException($"'{target}' is an input, which is never overwritten; choose another name.");
            if (seen.Contains(path, PathComparer))
                throw new IOException($"'{target}' is the target of two results; choose two names.");
            if (Directory.Exists(target))
                throw new IOException($"'{target}' is a folder, expected the name of a file to write.");
            if (File.Exists(target) && !overwrite)
                throw new FileExistsException($"'{target}' exists; choose another name, or allow overwriting.");
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw new DirectoryNotFoundException($"The folder of '{target}' does not exist; create it first.");
            seen.Add(path);
        }
    }
}

/// <summary>A file exists and may not be replaced.</summary>
/// <param name="message">Which file, and how to resolve it.</param>
public sealed class FileExistsException(string message) : IOException(message);
