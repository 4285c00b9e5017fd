using AdaFormer.IO;

namespace AdaFormer.Tests.IO;

[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("out.png");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void R1_Content_IsThereAndNothingElse()
    {
        AtomicFile.Write(Target, overwrite: false, stream => stream.Write([1, 2, 3]));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(Target));
        CollectionAssert.AreEqual(new[] { "out.png" }, _folder.Files());
    }

    [TestMethod]
    public void R1_UntilItIsComplete_TheOldFileStays()
    {
        File.WriteAllText(Target, "old");
        AtomicFile.Write(Target, overwrite: true, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.AreEqual("old", File.ReadAllText(Target));
        });
        Assert.AreEqual("new", File.ReadAllText(Target));
        CollectionAssert.AreEqual(new[] { "out.png" }, _folder.Files());
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void R1_AFailure_LeavesTheOldStateAndPassesOn(bool hasOld)
    {
        if (hasOld)
            File.WriteAllText(Target, "old");
        var full = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, overwrite: true, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));
        Assert.AreEqual("No space left on device", full.Message);
        CollectionAssert.AreEqual(hasOld ? new[] { "out.png" } : [], _folder.Files());
        if (hasOld)
            Assert.AreEqual("old", File.ReadAllText(Target));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R1_ALink_StaysAndWhatItPointsToIsReplaced()
    {
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(_folder.File("link.png"), Target);
        AtomicFile.Write(_folder.File("link.png"), overwrite: true, stream => stream.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(Target));
        Assert.AreEqual(Target, new FileInfo(_folder.File("link.png")).LinkTarget);
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write("/dev/null", overwrite: true, stream => stream.Write("new"u8)));
    }

    [TestMethod]
    public void R1_AFileThatMayNotBeOverwritten_StaysAndIsNamed()
    {
        File.WriteAllText(Target, "old");
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, overwrite: false, _ => Assert.Fail("Nothing is to be written.")));
        Assert.Contains("exists already", error.Message);
        Assert.AreEqual("old", File.ReadAllText(Target));
    }

    [TestMethod]
    public void R1_AFileThatAppearsMeanwhile_IsNotOverwritten()
    {
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, overwrite: false, stream =>
        {
            stream.Write("mine"u8);
            File.WriteAllText(Target, "theirs");
        }));
        Assert.Contains("exists already", error.Message);
        Assert.AreEqual("theirs", File.ReadAllText(Target));
        CollectionAssert.AreEqual(new[] { "out.png" }, _folder.Files());
    }

    [TestMethod]
    public void R1_LeftoversOfDeadWriters_AreRemoved()
    {
        File.WriteAllText(_folder.File(".out.png.0123456789ab.adaformer-tmp"), "half");
        File.WriteAllText(_folder.File(".other.png.0123456789ab.adaformer-tmp"), "half");
        AtomicFile.Write(Target, overwrite: false, stream => stream.WriteByte(1));
        CollectionAssert.AreEqual(new[] { ".other.png.0123456789ab.adaformer-tmp", "out.png" }, _folder.Files());
    }

    [TestMethod]
    public void R1_TwoWritersAtOnce_DoNotDisturbEachOther()
    {
        AtomicFile.Write(Target, overwrite: true, outer =>
        {
            outer.Write("outer"u8);
            AtomicFile.Write(Target, overwrite: true, inner => inner.Write("inner"u8));
            Assert.AreEqual("inner", File.ReadAllText(Target));
        });
        Assert.AreEqual("outer", File.ReadAllText(Target));
        CollectionAssert.AreEqual(new[] { "out.png" }, _folder.Files());
    }

    [TestMethod]
    public void R1_ManyWritersOfOneFile_LeaveOneCompleteFile()
    {
        Parallel.For(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AtomicFile.Write(Target, overwrite: true, stream =>
        {
            for (var part = 0; part < 100; part++)
                stream.WriteByte((byte)i);
        }));
        var bytes = File.ReadAllBytes(Target);
        Assert.HasCount(100, bytes);
        Assert.HasCount(1, bytes.Distinct());
        CollectionAssert.AreEqual(new[] { "out.png" }, _folder.Files());
    }

    [TestMethod]
    public void OnlyOneOfManyWriters_MayCreateAFile()
    {
        var written = 0;
        Parallel.For(0, 50, _ =>
        {
            try
            {
                AtomicFile.Write(Target, overwrite: false, stream => stream.WriteByte(1));
                Interlocked.Increment(ref written);
            }
            catch (IOException e)
            {
                Assert.Contains("exists already", e.Message);
            }
        });
        Assert.AreEqual(1, written);
    }

    [TestMethod]
    public void Targets_ThatCannotBe_AreNamed()
    {
        Assert.Contains("does not exist", Assert.ThrowsExactly<DirectoryNotFoundException>(() => AtomicFile.Write(_folder.File("missing/out.png"), false, _ => { })).Message);
        Assert.Contains("is a folder", Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(_folder.FullName, true, _ => { })).Message);
    }

    [TestMethod]
    public void LongNames_CanBeWritten()
    {
        var name = new string('ü', 120) + ".png";
        AtomicFile.Write(_folder.File(name), overwrite: false, stream => stream.WriteByte(1));
        CollectionAssert.AreEqual(new[] { name }, _folder.Files());
    }
}
