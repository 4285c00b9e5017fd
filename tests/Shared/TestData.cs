namespace AdaFormer.Tests;

/// <summary>Where tests find their files.</summary>
internal static class TestData
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A file of tests/fixtures.</summary>
    public static string Fixture(params string[] path) => Path.Combine([Repository, "tests", "fixtures", .. path]);

    /// <summary>The folder with the benchmark and training pictures, which are not part of the repository; null where there is none.</summary>
    public static string? Folder { get; } = FindFolder();

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AdaFormer.MLNet.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has AdaFormer.MLNet.sln; run the tests inside of the repository.");
    }

    private static string? FindFolder()
    {
        var folder = Environment.GetEnvironmentVariable("ADAFORMER_DATA") ?? Path.Combine(Repository, "..", "shared", "data");
        return Directory.Exists(folder) ? folder : null;
    }
}
