using AdaFormer.Batch;

namespace AdaFormer.Tests.Batch;

[TestClass]
public class BatchShardTests
{
    [TestMethod]
    public void ShardsShareEverythingOutEvenly()
    {
        var names = Enumerable.Range(0, 4000).Select(index => $"folder/{index}.png").ToArray();

        var shares = Enumerable.Range(1, 8).Select(index => names.Count(new BatchShard(index, 8).Contains)).ToArray();

        Assert.AreEqual(4000, shares.Sum());
        Assert.IsTrue(shares.All(share => share is > 400 and < 600), string.Join(" ", shares));
        Assert.IsTrue(names.All(name => Enumerable.Range(1, 8).Count(index => new BatchShard(index, 8).Contains(name)) == 1));
    }

    [TestMethod]
    public void ANameStaysWhereItIs()
    {
        // By Python: int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], 'big') % 7 + 1.
        Assert.IsTrue(new BatchShard(2, 7).Contains("a.png"));
        Assert.IsTrue(new BatchShard(1, 7).Contains("b/ü.png"));
    }

    [TestMethod]
    [DataRow("0/3")]
    [DataRow("4/3")]
    [DataRow("1")]
    [DataRow("1/")]
    [DataRow("-1/3")]
    [DataRow("1/2/3")]
    [DataRow(" 1/2")]
    public void WhatIsNoShareIsRefused(string text) => Assert.IsFalse(BatchShard.TryParse(text, out _));

    [TestMethod]
    public void AShareIsRead()
    {
        Assert.IsTrue(BatchShard.TryParse("2/8", out var shard));
        Assert.AreEqual(new BatchShard(2, 8), shard);
    }
}
