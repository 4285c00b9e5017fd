using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Data;

[TestClass]
public sealed class BatchPrefetcherTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void BatchesComeInOrderAndEndWithTheRun(int workers)
    {
        var cut = 0;
        using var batches = new BatchPrefetcher(Cut, 3, 7, CPU, workers);
        for (var iteration = 3L; iteration < 7; iteration++)
        {
            using var scope = NewDisposeScope();
            var (low, high) = batches.Next(scope);
            Assert.AreEqual((iteration, -iteration), (low.item<long>(), high.item<long>()));
            Assert.IsTrue(scope.Contains(low) && scope.Contains(high), "Else every batch would stay in memory.");
        }

        Assert.AreEqual(4, cut);

        (Tensor, Tensor) Cut(long iteration)
        {
            Interlocked.Increment(ref cut);
            return (tensor(iteration), tensor(-iteration));
        }
    }

    [TestMethod]
    public void WhatGoesWrongComesOut()
    {
        using var batches = new BatchPrefetcher(_ => throw new InvalidDataException("damaged"), 0, 9, CPU, workers: 2);
        using var scope = NewDisposeScope();
        Assert.AreEqual("damaged", Assert.ThrowsExactly<InvalidDataException>(() => batches.Next(scope)).Message);
    }

    [TestMethod]
    public void DisposingWaitsAndLetsGo()
    {
        var made = new List<Tensor>();
        var batches = new BatchPrefetcher(
            _ =>
            {
                Thread.Sleep(100);
                lock (made)
                {
                    made.AddRange(zeros(1), zeros(1));
                    return (made[^2], made[^1]);
                }
            }, 0, 9, CPU, workers: 2);
        batches.Dispose();
        Assert.IsTrue(made.Count > 0 && made.All(tensor => tensor.IsInvalid));
    }
}
