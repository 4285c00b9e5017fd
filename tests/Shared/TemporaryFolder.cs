namespace AdaFormer.Tests;

/// <summary>An empty folder for one test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("adaformer-test-").FullName;

    public string File(string name) => Path.Combine(FullName, name);

    /// <summary>The names of all files in it, hidden ones too, in order.</summary>
    public string[] Files() => Directory.GetFiles(FullName).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray();

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
