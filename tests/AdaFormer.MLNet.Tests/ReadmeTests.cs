using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>The README's code is code that runs.</summary>
[TestClass]
[DoNotParallelize]
public class ReadmeTests
{
    [TestMethod]
    public void TheMLNetExampleRuns()
    {
        using var temporary = new TemporaryFolder();
        var folder = Path.Combine(TestData.Repository, "samples");
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = temporary.FullName;
        try
        {
            Example(folder);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        using var large = MLImage.CreateFromFile(temporary.File("large.png"));
        Assert.AreEqual(960, large.Width);
        Assert.IsTrue(File.Exists(temporary.File("upscale.zip")));
    }

    [TestMethod]
    public void TheReadmeShowsThatCode()
    {
        var lines = File.ReadAllLines(ThisFile()).Select(line => line.Trim()).ToArray();
        var example = lines[(Array.IndexOf(lines, "// README") + 1)..Array.IndexOf(lines, "// END")];

        Assert.Contains(string.Join("\n", example), string.Join("\n", Snippet().Select(line => line.Trim())));
    }

    [TestMethod]
    public void ThePackagesReadmeShowsThatCodeToo() => Assert.Contains(string.Join("\n", Snippet()), File.ReadAllText(PackageReadme("AdaFormer.MLNet")));

    /// <summary>On a package's page there is no repository around it.</summary>
    [TestMethod]
    [DataRow("AdaFormer"), DataRow("AdaFormer.ImageSharp"), DataRow("AdaFormer.MLNet")]
    public void LinksOfPackagesReadmesAreWhole(string name)
    {
        var links = Regex.Matches(File.ReadAllText(PackageReadme(name)), @"\]\(([^)]+)\)").Select(match => match.Groups[1].Value).ToArray();
        Assert.IsNotEmpty(links);
        foreach (var link in links)
            Assert.StartsWith("https://", link);
    }

    private static string PackageReadme(string name) => Path.Combine(TestData.Repository, "src", name, "README.md");

    /// <summary>The lines of the README's example.</summary>
    internal static string[] Snippet()
    {
        var lines = File.ReadAllLines(Path.Combine(TestData.Repository, "README.md"));
        var inside = Array.FindIndex(lines, line => line.Contains("new MLContext()"));
        var start = Array.FindLastIndex(lines, inside, line => line == "```csharp") + 1;
        return lines[start..Array.IndexOf(lines, "```", inside)];
    }

    private static void Example(string folder)
    {
        // README
        var mlContext = new MLContext();
        var photos = mlContext.Data.LoadFromEnumerable([new Photo { File = "scene-small.png" }]);
        var model = mlContext.Transforms.LoadImages("Image", folder, "File")
            .Append(mlContext.Transforms.AdaFormerUpscale("Large", "Image")).Fit(photos);

        foreach (var large in model.Transform(photos).GetColumn<MLImage>("Large"))
            large.Save("large.png");
        mlContext.Model.Save(model, photos.Schema, "upscale.zip");
        // END
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed class Photo
    {
        public string? File { get; set; }
    }
}
