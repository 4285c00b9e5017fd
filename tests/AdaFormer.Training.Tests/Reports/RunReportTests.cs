using System.Xml.Linq;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Reports;

namespace AdaFormer.Training.Tests.Reports;

[TestClass]
public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingConfiguration _configuration;

    public RunReportTests()
    {
        Directory.CreateDirectory(_folder.File("hr"));
        Pictures.Save(Pictures.Scene(80, 64, 0), _folder.File("hr/scene.png"));
        _configuration = new TrainingConfiguration
        {
            Preset = "tiny", Scale = 2, TrainingFolders = [_folder.File("hr")], ValidationFolder = _folder.File("hr"), OutputFolder = _folder.File("run"),
            PatchSize = 16, BatchSize = 1, Iterations = 2, LogInterval = 1, ValidationInterval = 2, Threads = 1,
        };
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AResumedRunGoesOnWithItsCurves()
    {
        new Trainer(_configuration).Run();
        var first = Read();
        new Trainer(_configuration with { Iterations = 6 }).Run(resume: true);
        var second = Read();

        Assert.AreEqual((2, 1), (Points(first, "L1"), Dots(first, "Validation")));
        Assert.AreEqual((6, 3), (Points(second, "L1"), Dots(second, "Validation")));
        Assert.Contains("Iteration 6 of 6", second.Descendants("p").Single().Value);
        Assert.AreEqual(4, second.Descendants("img").Count(), "bicubic, network, original, halting map");
        Assert.Contains("patch_size16", second.Descendants("tr").Select(row => row.Value).ToArray());
        Assert.IsEmpty(second.Descendants("script"));
        Assert.IsTrue(second.Descendants("img").All(image => image.Attribute("src")!.Value.StartsWith("data:image/png;base64,", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void NamesAreEscapedAndMissingTablesAreNoError()
    {
        const string awkward = "a<b> & \"c\".png";
        Directory.CreateDirectory(_folder.File("run"));
        using var network = new TrainableAdaFormer(_configuration);

        new RunReport(_configuration with { TrainingFolders = [awkward] }, [(awkward, PicturePair.From(Pictures.Scene(50, 41, 1), 2))]).Write(network);

        var page = Read();
        Assert.AreEqual(awkward, page.Descendants("h3").Single().Value);
        Assert.Contains($"training_folders{awkward}", page.Descendants("tr").Select(row => row.Value).ToArray());
        Assert.Contains("No validation yet", page.Descendants("p").Single().Value);
        Assert.AreEqual(0, Points(page, "L1"));
    }

    [TestMethod]
    public void ColumnsAreFoundByName()
    {
        File.WriteAllText(_folder.File("t.csv"), "iteration,new,l1,halted_1,halted_2\n1,9,0.5,0,0.25\n2,9,0.25,0,0.5\n3,9\n4,x,y,z,\n");
        var table = RunTable.Read(_folder.File("t.csv"));

        CollectionAssert.AreEqual(new[] { (1.0, 0.5), (2, 0.25), (4, double.NaN) }, table.Curve("l1").ToArray());
        CollectionAssert.AreEqual(new[] { (1.0, 25.0), (2, 50), (4, double.NaN) }, table.Curve("halted_2", 100).ToArray());
        CollectionAssert.AreEqual(new[] { "halted_1", "halted_2" }, table.Columns("halted_").ToArray());
        Assert.IsEmpty(table.Curve("usl"));
        Assert.IsEmpty(RunTable.Read(_folder.File("none.csv")).Curve("l1"));
    }

    [TestMethod]
    public void ALongRunIsThinnedByMeans()
    {
        File.WriteAllLines(_folder.File("t.csv"), ["iteration,l1", .. Enumerable.Range(1, 1000).Select(i => $"{i},{i % 2}")]);

        var curve = RunTable.Read(_folder.File("t.csv")).Curve("l1");

        Assert.HasCount(334, curve);
        Assert.AreEqual((3.0, 2.0 / 3), curve[0]);
        Assert.AreEqual(1000, curve[^1].X);
    }

    private XElement Read() => XElement.Parse(File.ReadAllText(_folder.File("run/report.html"))["<!DOCTYPE html>".Length..]);

    private static XElement Chart(XElement page, string title) =>
        page.Descendants().Single(e => e.Name.LocalName == "svg" && e.Elements().Any(child => child.Name.LocalName == "title" && child.Value == title));

    // Unlike these, the grid's lines are crisp, and the legend's have no joints.
    private static int Points(XElement page, string title) => Chart(page, title).Elements()
        .Where(e => e.Name.LocalName == "polyline" && e.Attribute("style")!.Value.Contains("stroke-linejoin", StringComparison.Ordinal))
        .Sum(line => line.Attribute("points")!.Value.Split(' ').Length);

    // The first series' colour; the last of them is the legend's.
    private static int Dots(XElement page, string title) =>
        Chart(page, title).Elements().Count(e => e.Name.LocalName == "ellipse" && e.Attribute("style")!.Value.Contains("rgb(59,130,214)", StringComparison.Ordinal)) - 1;
}
