using AdaFormer.Tests;
using AdaFormer.Training.Devices;

namespace AdaFormer.Training.Tests.Devices;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class TorchSharpLibraryTests
{
    // Flags of a version need, and the flag that makes it optional: the ELF specification of the GNU versioning extension (VER_FLG_WEAK).
    private const byte Weak = 2;
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void TheCopyDiffersInOneFlag()
    {
        var original = File.ReadAllBytes(Original());

        var copy = File.ReadAllBytes(TorchSharpLibrary.Copy(Original(), _folder.FullName));

        var changed = Enumerable.Range(0, original.Length).Where(index => original[index] != copy[index]).Single();
        Assert.AreEqual(0, original[changed]);
        Assert.AreEqual(Weak, copy[changed]);
        Assert.HasCount(original.Length, copy);
    }

    [TestMethod]
    public void ACopyThatIsDamagedIsMadeAgain()
    {
        var copy = TorchSharpLibrary.Copy(Original(), _folder.FullName);
        var whole = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, whole[..^1]);

        Assert.AreEqual(copy, TorchSharpLibrary.Copy(Original(), _folder.FullName));

        CollectionAssert.AreEqual(whole, File.ReadAllBytes(copy));
    }

    [TestMethod]
    public void AnotherVersionIsRefusedByWhatIsMissing()
    {
        var other = _folder.File("other.so");
        File.WriteAllBytes(other, [1, 2, 3]);

        var exception = Assert.ThrowsExactly<DllNotFoundException>(() => TorchSharpLibrary.Copy(other, _folder.File("cache")));

        Assert.Contains("GLIBCXX_3.4.32", exception.Message);
        Assert.Contains("TorchSharp 0.107.0", exception.Message);
        Assert.IsFalse(Directory.Exists(_folder.File("cache")));
    }

    [TestMethod]
    public void AFolderThatCannotBeWrittenToIsNamed()
    {
        File.WriteAllText(_folder.File("file"), "no folder");

        var exception = Assert.ThrowsExactly<DllNotFoundException>(() => TorchSharpLibrary.Copy(Original(), _folder.File("file")));

        Assert.Contains(_folder.File("file"), exception.Message);
    }

    private static string Original() => TorchSharpLibrary.Find("libLibTorchSharp.so")!;
}
