using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureFolderTests
{
    [TestMethod]
    public void PicturesAreListedByNameAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<InvalidDataException>(() => PictureFolder.List(folder.FullName));
        Directory.CreateDirectory(folder.File("deep"));
        foreach (var name in new[] { "b.PNG", "a.jpg", "notes.txt", "deep/c.png" })
            File.WriteAllText(folder.File(name), "");

        CollectionAssert.AreEqual(new[] { "a.jpg", "b.PNG" }, PictureFolder.List(folder.FullName).Select(Path.GetFileName).ToArray());
        Assert.HasCount(3, PictureFolder.List(folder.FullName, recursive: true));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => PictureFolder.List(folder.File("missing")));
    }
}
