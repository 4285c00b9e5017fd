using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

[TestClass]
public class PictureListTests
{
    [TestMethod]
    public void PicturesAreListedByNameAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var reader = new PictureReader([new PngDecoder(), new OtherFormats()]);
        Assert.ThrowsExactly<InvalidDataException>(() => reader.List(folder.FullName));
        Directory.CreateDirectory(folder.File("deep"));
        foreach (var name in new[] { "b.PNG", "a.jpg", "notes.txt", "deep/c.png" })
            File.WriteAllText(folder.File(name), "");

        CollectionAssert.AreEqual(new[] { "a.jpg", "b.PNG" }, reader.List(folder.FullName).Select(Path.GetFileName).ToArray());
        Assert.HasCount(3, reader.List(folder.FullName, recursive: true));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => reader.List(folder.File("missing")));
    }
}

/// <summary>Formats that have names, and no files.</summary>
internal sealed class OtherFormats : IPictureDecoder
{
    public IReadOnlyList<PictureFormat> Formats => [new("JPEG", ".jpg", ".jpeg"), new("TIFF", ".tif", ".tiff")];

    public int SignatureLength => 1;

    public bool Recognizes(ReadOnlySpan<byte> start) => false;

    public Picture Decode(Stream stream, long maximumPixels) => throw new NotSupportedException();
}
