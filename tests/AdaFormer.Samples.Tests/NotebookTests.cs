using System.Text.RegularExpressions;
using System.Xml.Linq;
using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>
/// Runs the notebooks in .NET Interactive, with packages of what is built here, so that they cannot rot. With ADAFORMER_UPDATE_NOTEBOOKS=1
/// what comes out is saved in them.
/// </summary>
[TestClass]
public partial class NotebookTests
{
    private const int LargestPicture = 300 * 1024;
    private static readonly string Folder = Path.Combine(TestData.Repository, "samples", "notebooks");
    private static readonly bool Update = Environment.GetEnvironmentVariable("ADAFORMER_UPDATE_NOTEBOOKS") == "1";
    private static readonly TemporaryFolder Temporary = new();
    private static string s_version = "";

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.ipynb").Select(path => Path.GetFileName(path)).Order();

    private static string Feed => Temporary.File("feed");

    [ClassInitialize]
    public static void Prepare(TestContext context)
    {
        DotnetCommand.Run(TestData.Repository, "tool", "restore");
        s_version = Packages.Pack(Feed, Names.SelectMany(name => Open(name).Packages).Select(package => package.Name).Where(Packages.IsOurs).Distinct());
    }

    [ClassCleanup]
    public static void Delete() => Temporary.Dispose();

    [TestMethod]
    [DynamicData(nameof(Names))]
    public async Task GivesWhatIsSaved(string name)
    {
        var notebook = Open(name);
        using var kernel = new InteractiveKernel(Folder, Temporary.File("packages")); // Jupyter too works where the notebook is
        var differences = new List<string>();
        foreach (var (index, cell) in notebook.CodeCells.Index())
        {
            var outputs = await kernel.Run(WithPackagesOfThisBuild(Notebook.Text(cell["source"]!)));
            if (Notebook.AsksForPackages(cell))
                outputs = []; // they say where packages lie on this machine
            if (Update)
                (cell["outputs"], cell["execution_count"]) = (outputs, index + 1);
            else
                differences.AddRange(OutputComparison.Differences(cell["outputs"]!.AsArray(), outputs, Notebook.IsTimed(cell)).Select(difference => $"Cell {index + 1} gives {difference}"));
        }

        if (Update)
            notebook.Save();
        Assert.IsEmpty(differences, $"{name} is out of date. If that is meant, run the tests once with ADAFORMER_UPDATE_NOTEBOOKS=1.\n{string.Join("\n", differences)}");
    }

    [TestMethod]
    public async Task PicturesImagesAndChartsShowThemselves()
    {
        using var kernel = new InteractiveKernel(Folder, Temporary.File("packages"));
        await kernel.Run(WithPackagesOfThisBuild($"""
            #r "nuget: AdaFormer.Evaluation, {Packages.VersionOf("AdaFormer.Evaluation")}"
            #r "nuget: AdaFormer.MLNet, {Packages.VersionOf("AdaFormer.MLNet")}"
            #r "nuget: Microsoft.ML.OnnxRuntime, {Packages.VersionOf("Microsoft.ML.OnnxRuntime")}"
            """));
        var shown = await kernel.Run("""
            using AdaFormer.Evaluation;
            using AdaFormer.Imaging;
            using Microsoft.ML.Data;

            display(new LineChart("Title", "across", "up").Add(new ChartSeries("", [(1, 2), (3, 5)])));
            display(MLImage.CreateFromPixels(3, 1, MLPixelFormat.Bgra32, [10, 20, 30, 255, 40, 50, 60, 255, 0, 0, 0, 0]));
            var picture = new Picture(5, 3, PixelLayout.GrayAlpha, 16);
            for (var index = 0; index < 30; index++)
                picture[index / 2 % 5, index / 10, index % 2] = 2000 * index;
            picture
            """);

        var image = Notebook.Picture((string)shown[1]!["data"]!["image/png"]!);
        var picture = Notebook.Picture((string)shown[2]!["data"]!["image/png"]!);
        CollectionAssert.AreEqual(new[] { "display_data (image/svg+xml)", "display_data (image/png)", "execute_result (image/png)" }, shown.Select(output => Notebook.Kind(output!)).ToArray());
        Assert.AreEqual("Title", XElement.Parse(Notebook.Text(shown[0]!["data"]!["image/svg+xml"]!)).Elements().First().Value);
        CollectionAssert.AreEqual(new[] { 30, 20, 10, 255, 60, 50, 40, 255, 0, 0, 0, 0 }, Samples(image));
        Assert.AreEqual((5, 3, PixelLayout.GrayAlpha, 16), (picture.Width, picture.Height, picture.Layout, picture.BitDepth));
        CollectionAssert.AreEqual(Enumerable.Range(0, 30).Select(index => 2000 * index).ToArray(), Samples(picture));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void IsForDotNetInteractiveWithSmallPictures(string name)
    {
        var notebook = Open(name);

        Assert.AreEqual(".net-csharp", (string?)notebook.Metadata["kernelspec"]!["name"]);
        Assert.AreEqual("C#", (string?)notebook.Metadata["kernelspec"]!["language"]);
        foreach (var package in notebook.Packages)
            Assert.AreEqual(Packages.VersionOf(package.Name), package.Version, package.Name);
        foreach (var picture in notebook.CodeCells.SelectMany(cell => cell["outputs"]!.AsArray()).Select(output => (string?)output!["data"]?["image/png"]).OfType<string>())
            Assert.IsLessThanOrEqualTo(LargestPicture, Convert.FromBase64String(picture).Length);
    }

    private static Notebook Open(string name) => new(Path.Combine(Folder, name));

    // As the notebooks advise for a clone.
    private static string WithPackagesOfThisBuild(string code) =>
        OurPackage().IsMatch(code) ? $"#i \"nuget:{Feed}\"\n{OurPackage().Replace(code, $"$1, {s_version}\"")}" : code;

    private static int[] Samples(Picture picture) =>
        [.. from y in Enumerable.Range(0, picture.Height) from x in Enumerable.Range(0, picture.Width) from channel in Enumerable.Range(0, picture.Channels) select picture[x, y, channel]];

    [GeneratedRegex("(?<=#r \"nuget: )(AdaFormer[^,]*),[^\"]*\"")]
    private static partial Regex OurPackage();
}
