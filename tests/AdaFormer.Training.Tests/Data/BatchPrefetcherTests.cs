using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Data;

[TestClass]
public sealed class BatchPrefetcherTests
{
    [TestMethod]
    public void BatchesComeInOrderAndEndWithTheRun()
    {
        var cut = 0;
        using var batches = new BatchPrefetcher(iteration => { Interlocked.Increment(ref cut); return (tensor(iteration), tensor(-iteration)); }, 3, 7, CPU);
        for (var iteration = 3L; iteration < 7; iteration++)
        {
            using var scope = NewDisposeScope();
            var (low, high) = batches.Next(scope);
            Assert.AreEqual((iteration, -iteration), (low.item<long>(), high.item<long>()));
            Assert.IsTrue(scope.Contains(low) && scope.Contains(high), "Else every batch would stay in memory.");
        }

        Assert.AreEqual(4, cut);
    }

    [TestMethod]
    public void WhatGoesWrongComesOut()
    {
        using var batches = new BatchPrefetcher(_ => throw new InvalidDataException("damaged"), 0, 9, CPU);
        using var scope = NewDisposeScope();
        Assert.AreEqual("damaged", Assert.ThrowsExactly<InvalidDataException>(() => batches.Next(scope)).Message);
    }

    [TestMethod]
    public void DisposingWaitsAndLetsGo()
    {
        Tensor? made = null;
        var batches = new BatchPrefetcher(
            _ =>
            {
                Thread.Sleep(100);
                made = zeros(1);
                return (made, zeros(1));
            }, 0, 9, CPU);
        batches.Dispose();
        Assert.IsTrue(made!.IsInvalid);
    }
}
