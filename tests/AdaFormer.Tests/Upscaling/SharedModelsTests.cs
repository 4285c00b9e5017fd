using System.Runtime.CompilerServices;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class SharedModelsTests
{
    [TestMethod]
    public void TheSameBytesAndOptionsGiveTheSameModel()
    {
        var (loads, instances) = (SharedModels.Loads, new UpscalingModel[8]);

        Parallel.For(0, instances.Length, index => instances[index] = SharedModels.Get(Models.Bytes("tiny-x2-skip", 0.71f), new ModelOptions { Threads = 1 }));

        Assert.IsTrue(instances.All(model => ReferenceEquals(model, instances[0])));
        Assert.AreEqual(loads + 1, SharedModels.Loads);
    }

    [TestMethod]
    public void OtherBytesOrOptionsGiveAnother()
    {
        var model = SharedModels.Get(Models.Bytes("tiny-x2-skip", 0.72f), new ModelOptions { Threads = 1 });

        Assert.AreNotSame(model, SharedModels.Get(Models.Bytes("tiny-x2-skip", 0.73f), new ModelOptions { Threads = 1 }));
        Assert.AreNotSame(model, SharedModels.Get(Models.Bytes("tiny-x2-skip", 0.72f), new ModelOptions { Threads = 2 }));
    }

    [TestMethod]
    public void AModelThatNobodyHoldsIsLetGo()
    {
        var model = Weak();

        for (var attempt = 0; attempt < 10 && model.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsFalse(model.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Weak() => new(SharedModels.Get(Models.Bytes("tiny-x2-skip", 0.74f)));
    }

    [TestMethod]
    public void AFailureIsNotRemembered()
    {
        for (var time = 0; time < 2; time++)
            Assert.ThrowsExactly<ModelFormatException>(() => SharedModels.Get([1, 2, 3]));
    }
}
