using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

/// <summary>
/// Runs the notebooks, so that they cannot rot. With ADAFORMER_UPDATE_NOTEBOOKS=1 what comes out is saved in them.
/// </summary>
[TestClass]
public class NotebookTests
{
    private const int LargestPicture = 300 * 1024;
    private static readonly string Folder = Path.Combine(TestData.Repository, "samples", "notebooks");
    private static readonly bool Update = Environment.GetEnvironmentVariable("ADAFORMER_UPDATE_NOTEBOOKS") == "1";

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.ipynb").Select(path => Path.GetFileName(path)).Order();

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task GivesOutputsOfTheKindsThatAreSaved(string name)
    {
        var notebook = new Notebook(Path.Combine(Folder, name));
        var runner = new NotebookRunner();
        var here = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Folder; // where Jupyter runs it
        try
        {
            foreach (var (index, cell) in notebook.CodeCells.Index())
            {
                var outputs = await runner.Run(Notebook.Text(cell["source"]!));
                if (Update)
                    (cell["outputs"], cell["execution_count"]) = (outputs, index + 1);
                CollectionAssert.AreEqual(Kinds(cell["outputs"]!.AsArray()), Kinds(outputs), $"Cell {index + 1}'s outputs differ from the saved ones. If that is meant, run the tests once with ADAFORMER_UPDATE_NOTEBOOKS=1");
            }
        }
        finally
        {
            Environment.CurrentDirectory = here;
        }

        if (Update)
            notebook.Save();
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void IsForDotNetInteractiveWithSmallPictures(string name)
    {
        var notebook = new Notebook(Path.Combine(Folder, name));

        Assert.AreEqual(".net-csharp", (string?)notebook.Metadata["kernelspec"]!["name"]);
        Assert.AreEqual("C#", (string?)notebook.Metadata["kernelspec"]!["language"]);
        var pictures = notebook.CodeCells.SelectMany(cell => cell["outputs"]!.AsArray())
            .Select(output => output!["data"]?["image/png"]).Where(picture => picture is not null).Select(picture => Convert.FromBase64String((string)picture!)).ToArray();
        foreach (var picture in pictures)
        {
            Assert.IsLessThanOrEqualTo(LargestPicture, picture.Length);
            new AdaFormer.Imaging.PictureReader().Read(new MemoryStream(picture));
        }
    }

    private static string[] Kinds(JsonArray outputs) => [.. outputs.Select(output => Notebook.Kind(output!))];
}
