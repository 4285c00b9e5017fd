using System.Diagnostics;
using AdaFormer.Tests.Upscaling;
using static AdaFormer.Tests.ModelFiles.Protobuf;

namespace AdaFormer.Tests.ModelFiles;

[TestClass]
public class OnnxCheckTests
{
    private static readonly byte[] Good = Models.Bytes("tiny-x2-skip");

    public static IEnumerable<object[]> Places()
    {
        byte[][] outside = External("/etc/passwd");
        yield return ["initializer", Graph(Initializer(outside))];
        yield return ["constant", Graph(Node("Constant", "", [], "c", TensorAttribute("value", outside)))];
        yield return ["list of tensors", Graph(Node("Constant", "", [], "c", Field(5, Field(1, "value"), Field(10, outside))))];
        yield return ["branch of If", Graph(Node("If", "", ["x"], "y", GraphAttribute("then_branch", Initializer(outside))))];
        yield return ["list of graphs", Graph(Node("If", "", ["x"], "y", Field(5, Field(1, "then_branch"), Field(11, Initializer(outside)))))];
        yield return ["location without its flag", Graph(Initializer(outside[..^1]))];
        yield return ["flag without a location", Graph(Initializer(Number(1, 1), Number(2, 1), Field(8, "outside"), Number(14, 1)))];
        yield return ["flag above 32 bits", Graph(Initializer(Number(1, 1), Field(8, "outside"), Number(14, 0x1_0000_0001)))];
    }

    [TestMethod]
    [DynamicData(nameof(Places))]
    public void R12_ExternalDataIsRefused(string place, byte[] appended) => AssertRefused("'outside' takes its values from another file", appended, place);

    [TestMethod]
    public void R12_UnknownOperatorsAreNamed()
    {
        AssertRefused("Backdoor, Loop, com.evil.Conv", Graph(Node("Backdoor", "", ["x"], "a"), Node("Loop", "", ["x"], "b"), Node("Conv", "com.evil", ["x"], "c")));
        AssertRefused("com.microsoft.EPContext", Graph(Node("If", "", ["x"], "y", GraphAttribute("else_branch", Node("EPContext", "com.microsoft", ["x"], "z")))));
        AssertRefused("a?b", Graph(Node("a\u001bb", "", [], "c")));
        AssertRefused("and more", Graph([.. Enumerable.Range(0, 50).Select(index => Node($"Op{index}", "", [], $"o{index}"))]));
        // Of a field that occurs twice protobuf takes the last, and one of another wire type than its own it does not know.
        AssertRefused("Evil", Graph(Field(1, Field(4, "Relu"), Field(4, "Evil"))));
        AssertRefused("com.evil.Relu", Graph(Field(1, Field(4, "Relu"), Field(7, "com.evil"), Number(7, 0))));
    }

    [TestMethod]
    public void R12_DeeplyNestedGraphsAreRefused()
    {
        var nested = Array.Empty<byte>();
        for (var level = 0; level < 1000; level++)
            nested = Node("If", "", ["x"], "y", GraphAttribute("then_branch", nested));
        AssertRefused("nested", Graph(nested));
    }

    [TestMethod]
    public void R12_WhatNeedNotBeThereIsRefused()
    {
        AssertRefused("functions", Field(25, Field(1, "f")));
        AssertRefused("training", Field(20, Graph()));
        AssertRefused("sparse", Graph(Field(15, Number(3, 1L << 40))));
        AssertRefused("sparse", Graph(Node("Constant", "", [], "c", Field(5, Field(1, "sparse_value"), Field(22, Number(3, 9))))));
    }

    [TestMethod]
    public void R12_ATensorThatClaimsMoreThanTheFileHasIsRefused()
    {
        AssertRefused("'big' claims 1099511627776 values", Graph(Initializer(Number(1, 1L << 20), Number(1, 1L << 20), Number(2, 1), Field(8, "big"), Field(9, new byte[64]))));
        AssertRefused("'big' claims too many values", Graph(Initializer(Field(1, Varint(1UL << 40), Varint(1UL << 40)), Field(8, "big"))));
        AssertRefused("'big' claims too many values", Graph(Initializer(Number(1, -1), Field(8, "big"))));
    }

    [TestMethod]
    public void R12_TheSameBytesAreNothingElseToOnnxRuntime()
    {
        // As ONNX it names its producer; ONNX Runtime would take it for a file of its own format.
        byte[] twoFaced = [.. Number(1, 8), .. Field(2, "ORTM"), .. Good];
        Assert.Contains("own format", Assert.ThrowsExactly<ModelFormatException>(() => OnnxCheck.Check(twoFaced, "m")).Message);
        // Above 32 bits a tag's bits are lost: 2^35 + (7 << 3 | 2) is field 7 to protobuf.
        byte[] hidden = [.. Good, .. Varint((1UL << 35) | (7 << 3) | 2), 0];
        Assert.Contains("damaged", Assert.ThrowsExactly<ModelFormatException>(() => OnnxCheck.Check(hidden, "m")).Message);
    }

    [TestMethod]
    public void R12_AFileThatIsTooLargeIsNotRead()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.File("large.onnx")))
            file.SetLength(OnnxCheck.MaximumBytes + 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("1073741825 bytes", Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load(folder.File("large.onnx"))).Message);

        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void R12_WhatIsTrustedIsNotChecked()
    {
        byte[] model = [.. Good, .. Field(25, Field(1, "f"), Field(10, "own"))];

        Assert.ThrowsExactly<ModelFormatException>(() => SharedModels.Get(model));
        Assert.AreEqual(2, SharedModels.Get(model, new ModelOptions { Trusted = true }).Description.Scale);
        Assert.ThrowsExactly<ModelFormatException>(() => SharedModels.Get(model));
    }

    [TestMethod]
    public void R12_TheCheckTakesNoTimeToSpeakOf()
    {
        var model = BuiltInModel.Read();
        OnnxCheck.Check(model, "m");
        var clock = Stopwatch.StartNew();

        for (var time = 0; time < 10; time++)
            OnnxCheck.Check(model, "m");

        Console.WriteLine($"{clock.Elapsed.TotalMilliseconds / 10:F2} ms for {model.Length:N0} bytes");
        Assert.IsLessThan(500, clock.ElapsedMilliseconds);
    }

    private static void AssertRefused(string why, byte[] appended, string place = "")
    {
        var exception = Assert.ThrowsExactly<ModelFormatException>(() => UpscalingModel.Load([.. Good, .. appended]), place);
        Assert.Contains(why, exception.Message);
        Assert.Contains("not loaded", exception.Message);
    }
}
