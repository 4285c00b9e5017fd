using AdaFormer.Batch;
using AdaFormer.Files;

namespace AdaFormer.Tests.Batch;

[TestClass]
public sealed class BatchPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("{name}_{size}", "png", "a.b_x3.png deep/c_x3.png")]
    [DataRow("{extension}-{name}", "jpg", "JPG-a.b.jpg deep/png-c.jpg")]
    public void OutputsAreNamedByThePattern(string pattern, string format, string expected) =>
        CollectionAssert.AreEqual(expected.Split(' '), Outputs(BatchPlan.Make(Inputs("a.b.JPG", "deep/c.png"), _folder.File("out"), TargetSize.Scaled(3), pattern, format)));

    [TestMethod]
    public void R9_TwoInputsOfOneOutputName_AreRefused()
    {
        var exception = Assert.ThrowsExactly<IOException>(() => BatchPlan.Make(Inputs("a.png", "b.png", "a.jpg"), _folder.File("out"), TargetSize.Scaled(2)));

        Assert.Contains("a.png", exception.Message);
        Assert.Contains("a.jpg", exception.Message);
        Assert.Contains("name pattern", exception.Message);
        Assert.HasCount(3, BatchPlan.Make(Inputs("a.png", "b.png", "a.jpg"), _folder.File("out"), TargetSize.Scaled(2), "{name}-{extension}").Items);
        Assert.HasCount(2, BatchPlan.Make(Inputs("a.png", "deep/a.png"), _folder.File("out"), TargetSize.Scaled(2)).Items);
    }

    [TestMethod]
    public void APictureThatIsGivenTwice_CountsOnce() =>
        Assert.AreEqual("a_x2.png b_x2.png", string.Join(' ', Outputs(BatchPlan.Make([.. Inputs("a.png", "b.png"), .. Inputs("a.png")], _folder.File("out"), TargetSize.Scaled(2)))));

    [TestMethod]
    public void R9_EveryShardRefusesTheSame()
    {
        for (var index = 1; index <= 3; index++)
            Assert.ThrowsExactly<IOException>(() => BatchPlan.Make(Inputs("a.png", "a.jpg"), _folder.File("out"), TargetSize.Scaled(2), shard: new BatchShard(index, 3)));
    }

    [TestMethod]
    public void R9_AnOutputThatIsAnInput_IsRefused()
    {
        Assert.Contains("never overwritten", Assert.ThrowsExactly<IOException>(() => BatchPlan.Make(Inputs("a.png", "b.png"), _folder.FullName, TargetSize.Scaled(2), "{name}")).Message);
        Assert.Contains("never overwritten", Assert.ThrowsExactly<IOException>(() => BatchPlan.Make(Inputs("a.png", "a_x2.png"), _folder.FullName, TargetSize.Scaled(2))).Message);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void R9_AnOutputThatLinksToAnInput_IsRefused()
    {
        File.WriteAllText(_folder.File("a.png"), "precious");
        Directory.CreateDirectory(_folder.File("out"));
        File.CreateSymbolicLink(_folder.File("out/a.png"), _folder.File("a.png"));

        Assert.Contains("never overwritten", Assert.ThrowsExactly<IOException>(() => BatchPlan.Make(Inputs("a.png"), _folder.File("out"), TargetSize.Scaled(2), "{name}")).Message);
    }

    [TestMethod]
    public void ShardsShareThePlanOut()
    {
        var inputs = Inputs([.. Enumerable.Range(0, 50).Select(index => $"{index}.png")]);

        var shares = Enumerable.Range(1, 4).Select(index => Outputs(BatchPlan.Make(inputs, _folder.File("out"), TargetSize.Scaled(2), shard: new BatchShard(index, 4)))).ToArray();

        Assert.IsTrue(shares.All(share => share.Length > 0));
        CollectionAssert.AreEquivalent(Outputs(BatchPlan.Make(inputs, _folder.File("out"), TargetSize.Scaled(2))), shares.SelectMany(share => share).ToArray());
    }

    [TestMethod]
    [DataRow("{nam}")]
    [DataRow("up/{name}")]
    [DataRow("..\\{name}")]
    [DataRow(" ")]
    public void PatternsThatCannotBe_AreRefused(string pattern) =>
        Assert.ThrowsExactly<ArgumentException>(() => BatchPlan.Make(Inputs("a.png"), _folder.File("out"), TargetSize.Scaled(2), pattern));

    private static string[] Outputs(BatchPlan plan) => [.. plan.Items.Select(item => item.Output)];

    private BatchInput[] Inputs(params string[] names) => [.. names.Select(name => new BatchInput(_folder.File(name), name))];
}
