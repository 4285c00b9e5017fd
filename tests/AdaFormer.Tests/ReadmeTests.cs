using System.Runtime.CompilerServices;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>The README's code is code that runs.</summary>
[TestClass]
public class ReadmeTests
{
    [TestMethod]
    public void TheLibraryExampleRuns()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(TestData.Repository, "samples", "scene-small.png"), folder.File("scene-large.png"));
        // README
        using var model = UpscalingModel.LoadBuiltIn();
        var picture = new PictureReader().Read(input);

        var result = new Upscaler(model).Upscale(picture);

        using (var file = File.Create(output))
            PngFile.Save(result.Picture, file);
        Console.WriteLine($"halting saved {result.HaltingDepth.HaltedShare:P0} of the transformer's work");
        // END
        Assert.AreEqual(960, new PictureReader().Read(output).Width);
    }

    [TestMethod]
    public void TheReadmeShowsThatCode()
    {
        var lines = File.ReadAllLines(ThisFile()).Select(line => line.Trim()).ToArray();
        var example = lines[(Array.IndexOf(lines, "// README") + 1)..Array.IndexOf(lines, "// END")];
        var readme = File.ReadAllLines(Path.Combine(TestData.Repository, "README.md")).Select(line => line.Trim()).ToArray();

        Assert.Contains(string.Join("\n", example), string.Join("\n", readme));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
