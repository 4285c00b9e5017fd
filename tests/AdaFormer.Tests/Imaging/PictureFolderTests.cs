using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureFolderTests
{
    [TestMethod]
    public void PicturesAreListedByNameAndNothingElse()
    {
        var folder = Directory.CreateTempSubdirectory("adaformer-tests-");
        try
        {
            Assert.ThrowsExactly<InvalidDataException>(() => PictureFolder.List(folder.FullName));
            folder.CreateSubdirectory("deep");
            foreach (var name in new[] { "b.PNG", "a.jpg", "notes.txt", "deep/c.png" })
                File.WriteAllText(Path.Combine(folder.FullName, name), "");

            CollectionAssert.AreEqual(new[] { "a.jpg", "b.PNG" }, PictureFolder.List(folder.FullName).Select(Path.GetFileName).ToArray());
            Assert.HasCount(3, PictureFolder.List(folder.FullName, recursive: true));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.ThrowsExactly<DirectoryNotFoundException>(() => PictureFolder.List(folder.FullName));
    }
}
