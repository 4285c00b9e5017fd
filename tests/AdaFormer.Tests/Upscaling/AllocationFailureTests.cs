using System.Reflection;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Tests.Upscaling;

[TestClass]
public class AllocationFailureTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void R5_AFailureInAnyTileGivesTheRightPictureWithSmallerTiles(bool byOnnxRuntime)
    {
        // With nothing kept the overlap covers all that a pixel depends on, so every way to cut the picture gives the same.
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(150, 140, PixelLayout.Rgba);
        var upscaler = new Upscaler(model, new UpscaleOptions { HaltingThreshold = -1, TileOverlap = 16, MemoryBudget = 9_000_000 });
        var tiles = 0;
        model.BeforeRun = () => tiles++;
        var expected = upscaler.Upscale(picture);
        Assert.IsGreaterThan(8, tiles);

        for (var failing = 1; failing <= tiles; failing++)
        {
            var (runs, failures) = (0, failing % 3 + 1);
            model.BeforeRun = () =>
            {
                // The tile fails, and for some of them its halves and quarters do too.
                if (++runs >= failing && runs < failing + failures)
                    throw byOnnxRuntime ? OnnxRuntimeFailure() : new OutOfMemoryException();
            };
            var result = upscaler.Upscale(picture);

            Assert.IsGreaterThan(tiles, runs, "smaller tiles were used");
            Pictures.AssertWithin(1, expected.Picture, result.Picture);
            for (var y = 0; y < picture.Height; y++)
                CollectionAssert.AreEqual(expected.HaltingDepth.Row(y).ToArray(), result.HaltingDepth.Row(y).ToArray());
        }
    }

    [TestMethod]
    public void R5_ATileSizeThatWasAskedForIsNotChanged()
    {
        using var model = Models.Load("tiny-x2-skip");
        var picture = Models.Picture(100, 90);
        var upscaler = new Upscaler(model, new UpscaleOptions { TileOverlap = 8, TileSize = 48 });
        var runs = 0;
        model.BeforeRun = () =>
        {
            if (++runs == 5)
                throw new OutOfMemoryException();
        };

        var exception = Assert.ThrowsExactly<UpscalingException>(() => upscaler.Upscale(picture));

        Assert.IsTrue(exception.OutOfMemory);
        Assert.Contains("is set by the options", exception.Message);
        Assert.AreEqual(5, runs);
        model.BeforeRun = null;
        Assert.AreEqual(200, upscaler.Upscale(picture).Picture.Width);
    }

    [TestMethod]
    public void R5_WithoutAnyMemoryItIsAnError()
    {
        using var model = Models.Load("tiny-x2-skip");
        model.BeforeRun = () => throw new OutOfMemoryException();

        var exception = Assert.ThrowsExactly<UpscalingException>(() => new Upscaler(model).Upscale(Models.Picture(100, 90)));

        Assert.IsTrue(exception.OutOfMemory);
        Assert.Contains("free some memory", exception.Message);
    }

    [TestMethod]
    public void R5_OtherFailuresAreNotTakenForWantOfMemory()
    {
        using var model = Models.Load("tiny-x2-skip");
        var runs = 0;
        model.BeforeRun = () =>
        {
            runs++;
            throw OnnxRuntimeFailure("Non-zero status code returned while running Conv node.");
        };

        Assert.IsFalse(Assert.ThrowsExactly<UpscalingException>(() => new Upscaler(model).Upscale(Models.Picture(100, 90))).OutOfMemory);
        Assert.AreEqual(1, runs);
    }

    // What ONNX Runtime said where its allocator failed, in a process with too little address space.
    private static Exception OnnxRuntimeFailure(string message = "Non-zero status code returned while running Attention node. Name:'Attention_106' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:359 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 117964800") =>
        (Exception)Activator.CreateInstance(typeof(OnnxRuntimeException), BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance, null, Arguments(message), null)!;

    private static object[] Arguments(string message)
    {
        var code = typeof(OnnxRuntimeException).GetConstructors(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance)[0].GetParameters()[0].ParameterType;
        return [Enum.ToObject(code, 1), message];
    }
}
