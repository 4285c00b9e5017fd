using System.Diagnostics;

namespace AdaFormer.Farm.Storage;

/// <summary>A folder for copies of objects, made when it is needed and deleted at its end; that of a process that was killed is deleted by the next on the machine.</summary>
internal sealed class Scratch : IDisposable
{
    private const string Prefix = "adaformer-farm-";
    private readonly Lazy<string> _folder = new(() => Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName);

    public string File(string name) => Path.Combine(_folder.Value, name);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            Directory.Delete(_folder.Value, recursive: true);
    }

    /// <summary>Deletes what killed processes left.</summary>
    public static void RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], out var process) || IsAlive(process))
                continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is another user's, or another worker deletes it too.
            }
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
