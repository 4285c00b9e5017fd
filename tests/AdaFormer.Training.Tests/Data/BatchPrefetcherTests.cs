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
            var batch = batches.Next(scope);
            Assert.AreEqual((iteration, -iteration, 2 * iteration), (batch.Low.item<long>(), batch.High.item<long>(), batch.Teacher!.item<long>()));
            Assert.IsTrue(scope.Contains(batch.Low) && scope.Contains(batch.High) && scope.Contains(batch.Teacher), "Else every batch would stay in memory.");
        }

        Assert.AreEqual(4, cut);

        PatchBatch Cut(long iteration)
        {
            Interlocked.Increment(ref cut);
            return new PatchBatch(tensor(iteration), tensor(-iteration)) { Teacher = tensor(2 * iteration) };
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
                    made.AddRange(zeros(1), zeros(1), zeros(1));
                    return new PatchBatch(made[^3], made[^2]) { Teacher = made[^1] };
                }
            }, 0, 9, CPU, workers: 2);
        batches.Dispose();
        Assert.IsTrue(made.Count > 0 && made.All(tensor => tensor.IsInvalid));
    }
}
