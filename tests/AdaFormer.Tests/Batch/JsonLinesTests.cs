using AdaFormer.Batch;

namespace AdaFormer.Tests.Batch;

[TestClass]
public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("lines.jsonl");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void LinesComeBackOnce()
    {
        var file = new JsonLines(Path);
        Assert.IsEmpty(file.ReadNew());
        file.Append(Record("ä \"b\".png"));
        file.Append(Record("c.png"));

        CollectionAssert.AreEqual(new[] { "ä \"b\".png", "c.png" }, Names(file));
        Assert.IsEmpty(file.ReadNew());
        new JsonLines(Path).Append(Record("d.png"));
        CollectionAssert.AreEqual(new[] { "d.png" }, Names(file));
    }

    [TestMethod]
    public void R1_ALineTornAtAnyByte_IsSkippedAndSpoilsNoOther()
    {
        new JsonLines(Path).Append(Record("a.png"));
        var whole = File.ReadAllBytes(Path);
        for (var length = 0; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(Path, [.. whole, .. whole[..length]]);
            CollectionAssert.AreEqual(new[] { "a.png" }, Names(new JsonLines(Path)));

            new JsonLines(Path).Append(Record("b.png"));
            CollectionAssert.AreEqual(new[] { "a.png", "b.png" }, Names(new JsonLines(Path)));
        }
    }

    [TestMethod]
    public void ManyWriters_LoseNoLine()
    {
        Parallel.For(0, 200, index => new JsonLines(Path).Append(Record($"{index}")));

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 200).Select(index => $"{index}").ToArray(), Names(new JsonLines(Path)));
    }

    [TestMethod]
    public void AnotherKindOfFile_IsNotAppendedTo()
    {
        File.WriteAllText(Path, "Dear diary");

        Assert.Contains("JSON Lines", Assert.ThrowsExactly<IOException>(() => new JsonLines(Path).Check()).Message);
        Assert.AreEqual("Dear diary", File.ReadAllText(Path));
    }

    private static string[] Names(JsonLines file) => [.. file.ReadNew().Select(record => record.Input)];

    private static BatchRecord Record(string input) => new() { Status = BatchStatus.Done, Input = input, Output = "out.png" };
}
