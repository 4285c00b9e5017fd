using AdaFormer.Imaging;

namespace AdaFormer.Tests;

[TestClass]
public class FolderPipelineTests
{
    [TestMethod]
    public void GivesTheRuntimesPicturesAndGoesOnAfterADamagedFile()
    {
        using var folder = new TemporaryFolder();
        var small = Directory.CreateDirectory(folder.File("small")).FullName;
        Picture[] pictures = [Pictures.Gradient(23, 17), Pictures.Gradient(16, 31)];
        Pictures.Save(pictures[0], Path.Combine(small, "a.png"));
        File.WriteAllText(Path.Combine(small, "b.png"), "no picture");
        Pictures.Save(pictures[1], Path.Combine(small, "c.png"));

        var (code, output, _) = Run(folder, "small", "large");

        Assert.AreEqual(1, code);
        StringAssert.Contains(output, "1/3 a.png: 92×68 pixels");
        StringAssert.Contains(output, "2/3 b.png: failed, because it is damaged");
        Pictures.AssertEqual(Pictures.Upscale(pictures[0]), Pictures.Read(folder.File("large/a.png")));
        Pictures.AssertEqual(Pictures.Upscale(pictures[1]), Pictures.Read(folder.File("large/c.png")));
    }

    [TestMethod]
    public void LeavesAloneWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        Pictures.Save(Pictures.Gradient(8, 8), folder.File("a.png"));
        var before = File.ReadAllBytes(folder.File("a.png"));

        var (code, output, _) = Run(folder, ".", ".");

        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "skipped");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder.File("a.png")));
    }

    [TestMethod]
    public void SaysWhatIsWrong()
    {
        using var folder = new TemporaryFolder();

        Assert.AreEqual(2, Run(folder).Code);
        var (code, _, error) = Run(folder, "nowhere", "large");

        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "There is no folder 'nowhere'");
    }

    private static (int Code, string Output, string Error) Run(TemporaryFolder folder, params string[] arguments)
    {
        using var process = SampleProcess.Start("FolderPipeline", folder.FullName, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
