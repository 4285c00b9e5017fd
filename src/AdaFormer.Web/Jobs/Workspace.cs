namespace AdaFormer.Web.Jobs;

/// <summary>The process's temporary files, all in one folder that nobody else can read. What a killed process left is removed by the next one.</summary>
internal sealed class Workspace : IDisposable
{
    private const string Prefix = "adaformer-serve-";
    private readonly string _folder;
    private readonly FileStream _lock;

    public Workspace()
    {
        RemoveLeftovers();
        _folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = new FileStream(LockOf(_folder), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Number of folders that are in use.</summary>
    public int Count => Directory.GetDirectories(_folder).Length;

    /// <summary>The folder of all.</summary>
    public string FullName => _folder;

    /// <summary>Creates an empty folder, deleted when it is disposed.</summary>
    public WorkFolder NewFolder() => new(Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName);

    public void Dispose()
    {
        _lock.Dispose();
        new WorkFolder(_folder).Dispose();
    }

    private static string LockOf(string folder) => Path.Combine(folder, "lock");

    private static void RemoveLeftovers()
    {
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            if (folder.LinkTarget is not null || !IsAbandoned(folder.FullName))
                continue;
            new WorkFolder(folder.FullName).Dispose();
        }
    }

    private static bool IsAbandoned(string folder)
    {
        try
        {
            // Fails while the process that created it has it open.
            using var file = new FileStream(LockOf(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>A folder of temporary files.</summary>
internal sealed class WorkFolder(string path) : IDisposable
{
    /// <summary>The path of a file of this folder, whose name never comes from a request.</summary>
    public string File(string name) => Path.Combine(path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone already, or open in another process: then the next start removes it.
        }
    }
}
