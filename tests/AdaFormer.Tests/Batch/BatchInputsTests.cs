using AdaFormer.Batch;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Batch;

[TestClass]
public sealed class BatchInputsTests : IDisposable
{
    private static readonly PictureReader Reader = new([new PngDecoder(), new OtherFormats()]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AFolder_GivesItsPictures_AndThoseWithinItWhenAsked()
    {
        Put("b.PNG", "a.jpg", "notes.txt", ".hidden.png", "deep/c.png", "deep/deeper/d.tiff", ".thumbnails/e.png");

        CollectionAssert.AreEqual(new[] { "a.jpg", "b.PNG" }, Names(BatchInputs.Find(_folder.FullName, Reader)));
        var all = BatchInputs.Find(_folder.FullName, Reader, recursive: true);
        CollectionAssert.AreEqual(new[] { "a.jpg", "b.PNG", "deep/c.png", "deep/deeper/d.tiff" }, Names(all));
        Assert.IsTrue(all.All(input => File.Exists(input.Path)));
    }

    [TestMethod]
    public void WhatIsPassedOver_IsListed()
    {
        Put("b.PNG", "a.jpg", "notes.txt", ".hidden.txt", "deep/c.md");

        CollectionAssert.AreEqual(new[] { "notes.txt" }, Names(BatchInputs.PassedOver(_folder.FullName, Reader)));
        CollectionAssert.AreEqual(new[] { "deep/c.md", "notes.txt" }, Names(BatchInputs.PassedOver(_folder.FullName, Reader, recursive: true)));
        CollectionAssert.AreEqual(new[] { "notes.txt" }, Names(BatchInputs.PassedOver(_folder.File("*.*"), Reader)));
        Assert.IsEmpty(BatchInputs.PassedOver(_folder.File("notes.txt"), Reader));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void ALinkBackToTheFolder_IsNotFollowed()
    {
        Put("a.png", "deep/b.png");
        Directory.CreateSymbolicLink(_folder.File("deep/back"), _folder.FullName);

        CollectionAssert.AreEqual(new[] { "a.png", "deep/b.png" }, Names(BatchInputs.Find(_folder.FullName, Reader, recursive: true)));
    }

    [TestMethod]
    [DataRow("*.jpg", "a.jpg b.jpg")]
    [DataRow("?.png", "c.png")]
    [DataRow("**/*.jpg", "a.jpg b.jpg one/d.jpg one/two/e.jpg")]
    [DataRow("*/*.jpg", "one/d.jpg")]
    [DataRow("one/**", "d.jpg two/e.jpg two/f+.png")]
    [DataRow("**/two/*+.png", "one/two/f+.png")]
    [DataRow("one/t*/*", "two/e.jpg two/f+.png")]
    public void APattern_GivesWhatFitsIt(string pattern, string expected)
    {
        Put("a.jpg", "b.jpg", "c.png", "one/d.jpg", "one/two/e.jpg", "one/two/f+.png", "one/two/g.txt", ".h.jpg");

        CollectionAssert.AreEqual(expected.Split(' '), Names(BatchInputs.Find(_folder.File(pattern), Reader)));
    }

    [TestMethod]
    public void AFile_IsNamedWithoutItsFolder()
    {
        Put("deep/[1] *.png");

        CollectionAssert.AreEqual(new[] { "[1] *.png" }, Names(BatchInputs.Find(_folder.File("deep/[1] *.png"), Reader)));
    }

    [TestMethod]
    public void AList_KeepsFoldersBelowTheCurrentOne()
    {
        File.WriteAllText(_folder.File("list.txt"), $"a/b.png\n\n  ../c.png\r\n./d/../e f.png\n{_folder.File("g.png")}\n");

        CollectionAssert.AreEqual(new[] { "a/b.png", "c.png", "e f.png", "g.png" }, Names(BatchInputs.Listed(_folder.File("list.txt"))));
    }

    [TestMethod]
    public void NothingFound_IsSaid()
    {
        Put("deep/a.png");
        File.WriteAllText(_folder.File("empty.txt"), "\n");

        Assert.Contains("recursively", Assert.ThrowsExactly<InvalidDataException>(() => BatchInputs.Find(_folder.FullName, Reader)).Message);
        Assert.Contains("*.jpg", Assert.ThrowsExactly<InvalidDataException>(() => BatchInputs.Find(_folder.File("*.jpg"), Reader)).Message);
        Assert.Contains("empty.txt", Assert.ThrowsExactly<InvalidDataException>(() => BatchInputs.Listed(_folder.File("empty.txt"))).Message);
        Assert.ThrowsExactly<FileNotFoundException>(() => BatchInputs.Find(_folder.File("missing"), Reader));
        Assert.ThrowsExactly<FileNotFoundException>(() => BatchInputs.Listed(_folder.File("missing.txt")));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => BatchInputs.Find(_folder.File("missing/*.png"), Reader));
    }

    private static string[] Names(IEnumerable<BatchInput> inputs) => [.. inputs.Select(input => input.Name)];

    private void Put(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllText(_folder.File(name), "");
        }
    }
}
