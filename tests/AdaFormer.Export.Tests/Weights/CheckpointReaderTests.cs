using System.Diagnostics;
using System.IO.Compression;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests.Weights;

/// <summary>The golden checkpoints were written by PyTorch 1.13; the same numbers lie beside them as float32.</summary>
[TestClass]
public class CheckpointReaderTests
{
    [TestMethod]
    [DataRow("all-types.pth", "PyTorch")]
    [DataRow("all-types-protocol4.pth", "PyTorch")]
    [DataRow("all-types-legacy.pth", "PyTorch (before 1.6)")]
    [DataRow("all-types.safetensors", "safetensors")]
    public void EveryTypeAndEveryKindOfViewIsRead(string file, string format)
    {
        var read = CheckpointReader.Read(Fixture(file));

        Assert.AreEqual((format, "all tensors"), (read.Format, read.Taken));
        AssertEqual(SafetensorsFile.Read(Fixture("all-types.safetensors")).Tensors, read.Weights.Tensors, 1);
    }

    [TestMethod]
    [DataRow("wrapped.pth", "'params_ema', next to 'params'", 2f)]
    [DataRow("wrapped-legacy.pth", "'state_dict'", 1f)]
    public void WeightsAreTakenOutOfTheirWrappers(string file, string taken, float factor)
    {
        var read = CheckpointReader.Read(Fixture(file));

        Assert.AreEqual(taken, read.Taken);
        var expected = SafetensorsFile.Read(Fixture("wrapped.safetensors")).Tensors;
        CollectionAssert.AreEquivalent(new[] { "0.weight", "0.bias" }, read.Weights.Tensors.Keys.ToArray());
        AssertEqual(expected.ToDictionary(pair => pair.Key["module.".Length..], pair => pair.Value), read.Weights.Tensors, factor);
    }

    [TestMethod]
    public void APickleWrittenByHandIsRead()
    {
        var read = CheckpointReader.Parse(new PickleText().OneTensor(2, 1, [1], [1]).InZip(), "test");

        CollectionAssert.AreEqual(new[] { 2f }, read.Weights.Tensors["a"].Values);
    }

    [TestMethod]
    [DataRow("posix", "system")]
    [DataRow("builtins", "eval")]
    [DataRow("torch", "load")]
    [DataRow("numpy.core.multiarray", "_reconstruct")]
    [DataRow("_codecs", "decode")]
    [DataRow("collections", "OrderedDict.update")]
    public void R11_WhatIsNoDataIsRefusedByName(string module, string name)
    {
        var call = new PickleText().Global(module, name).Op('(').Text("touch /tmp/owned").Op('t').Op('R');
        var stackCall = new PickleText().Text(module).Text(name).Raw(0x93).Op('(').Text("touch /tmp/owned").Op('t').Op('R');

        foreach (var bytes in new[] { call.InZip(), stackCall.InZip(), call.End(), stackCall.End() })
            Assert.Contains($"'{module}.{name}'", Refused(bytes));
    }

    [TestMethod]
    [DataRow("numpy.core.multiarray", "f8", "<", 8)]
    [DataRow("numpy._core.multiarray", "i4", "<", 4)]
    [DataRow("numpy.core.multiarray", "b1", "|", 1)]
    public void R11_ANumberOfNumpyIsData(string module, string code, string order, int bytes)
    {
        var read = CheckpointReader.Parse(NumpyScalar(module, code, order, bytes).InZip(), "test");

        CollectionAssert.AreEqual(new[] { 2f }, read.Weights.Tensors["a"].Values);
    }

    [TestMethod]
    [DataRow("O8", "|", 8, "'O8'", DisplayName = "an object")]
    [DataRow("f8", "<", 4, "'f8'", DisplayName = "too few bytes")]
    [DataRow("f8", ">", 8, "little-endian", DisplayName = "big-endian")]
    public void R11_OtherValuesOfNumpyAreRefused(string code, string order, int bytes, string expected) =>
        Assert.Contains(expected, Refused(NumpyScalar("numpy.core.multiarray", code, order, bytes).InZip()));

    [TestMethod]
    public void R11_TextBecomesBytesInOneWayOnly() =>
        Assert.Contains("wrong number", Refused(new PickleText().Global("_codecs", "encode").Op('(').Text("x").Text("rot13").Op('t').Op('R').InZip()));

    [TestMethod]
    [DataRow('i', DisplayName = "INST")]
    [DataRow('o', DisplayName = "OBJ")]
    [DataRow('P', DisplayName = "PERSID")]
    [DataRow('\x81', DisplayName = "NEWOBJ")]
    [DataRow('\x82', DisplayName = "EXT1")]
    public void R11_OperationsThatACheckpointDoesNotNeedAreRefused(char operation) =>
        Assert.Contains($"0x{(int)operation:x2}", Refused(new PickleText().Op(operation).InZip()));

    [TestMethod]
    public void R11_AnAttributeIsSetOnDictionariesOnly() =>
        Assert.Contains("belongs", Refused(new PickleText().Storage(2).Op('}').Op('b').InZip()));

    [TestMethod]
    [DataRow(2, 0, new long[] { 3 }, new long[] { 1 }, "reaches to", DisplayName = "beyond its storage")]
    [DataRow(2, -1, new long[] { 1 }, new long[] { 1 }, "from -1", DisplayName = "before its storage")]
    [DataRow(2, 0, new long[] { 2 }, new long[] { -1 }, "strides [-1]", DisplayName = "backwards")]
    [DataRow(2, 0, new long[] { 2, 2 }, new long[] { 1 }, "strides [1]", DisplayName = "strides missing")]
    [DataRow(2, 0, new long[] { 1L << 62, 4 }, new long[] { 0, 0 }, "no file can hold", DisplayName = "size overflows")]
    [DataRow(2, 0, new long[] { 1L << 40 }, new long[] { 0 }, "or more", DisplayName = "large by repeating one element")]
    [DataRow(2, 2, new long[] { 1 }, new long[] { long.MaxValue }, "reaches to", DisplayName = "offset at the end")]
    [DataRow(3, 0, new long[] { 1 }, new long[] { 1 }, "instead of 12", DisplayName = "storage shorter than said")]
    [DataRow(long.MaxValue, 0, new long[] { 1 }, new long[] { 1 }, "overflow", DisplayName = "storage of impossible size")]
    [DataRow(2, 0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "shape [1, 1", DisplayName = "nine axes")]
    public void R11_TensorsOutsideOfTheirStorageAreRefused(long count, long offset, long[] shape, long[] strides, string expected) =>
        Assert.Contains(expected, Refused(new PickleText().OneTensor(count, offset, shape, strides).InZip()));

    [TestMethod]
    public void R11_DepthAndRepetitionCostNoMoreThanTheFile()
    {
        var deep = new PickleText().Raw([.. Enumerable.Repeat((byte)']', 1 << 20)]).Raw([.. Enumerable.Repeat((byte)'a', (1 << 20) - 1)]);
        var marks = new PickleText().Raw([.. Enumerable.Repeat((byte)'(', 1 << 20)]);
        // A list of half a million, made a size again and again.
        var repeated = new PickleText().Global("torch", "Size").Raw((byte)'q', 1).Op('(').Raw([.. Enumerable.Repeat((byte)'N', 1 << 19)]).Op('l').Raw((byte)'q', 2);
        for (var time = 0; time < 100_000; time++)
            repeated.Raw((byte)'h', 1, (byte)'(', (byte)'h', 2, (byte)'t', (byte)'R');
        var clock = Stopwatch.StartNew();

        foreach (var pickle in new[] { deep, marks, repeated })
            Refused(pickle.InZip());

        Assert.IsLessThan(20, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void R11_CompressedAndOverlappingArchivesAreRefused()
    {
        Assert.Contains("compressed", Refused(PickleText.Zip(CompressionLevel.SmallestSize, ("data.pkl", new byte[1 << 20]))));
        Assert.Contains("TorchScript", Refused(PickleText.Zip(CompressionLevel.NoCompression, ("data.pkl", new PickleText().Op('N').End()), ("code/model.py", []))));
        Assert.Contains("data.pkl", Refused(PickleText.Zip(CompressionLevel.NoCompression, ("readme.txt", []))));
        Assert.Contains("big-endian", Refused(PickleText.Zip(CompressionLevel.NoCompression, ("data.pkl", []), ("byteorder", "big"u8.ToArray()))));
    }

    [TestMethod]
    public void FilesOfAnotherKindAreRefused()
    {
        Assert.Contains("web page", Refused("<!DOCTYPE html><html>404 Not Found</html>"u8.ToArray()));
        Assert.Contains("web page", Refused([]));
        Assert.Contains("not a PyTorch checkpoint", Refused(new PickleText().Number(7).End()));
        Assert.Contains("'weights'", Refused(new PickleText().Op('}').Text("weights").Number(7).Op('s').InZip()));
    }

    [TestMethod]
    [DataRow("all-types.pth")]
    [DataRow("all-types-legacy.pth")]
    [DataRow("wrapped.pth")]
    public void R11_FilesCutOffOrWithFlippedBitsAreRefusedOrRead(string file)
    {
        var whole = File.ReadAllBytes(Fixture(file));
        for (var length = 0; length < whole.Length; length++)
            HostileFile.AssertRefusedOrRead<WeightsFormatException>(() => CheckpointReader.Parse(whole[..length], "test"), $"{length} bytes");
        var random = new Random(5);
        for (var trial = 0; trial < 5000; trial++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            HostileFile.AssertRefusedOrRead<WeightsFormatException>(() => CheckpointReader.Parse(damaged, "test"), $"trial {trial}");
        }
    }

    /// <summary>A tensor, and a number as NumPy's pickles have it: its type, the type's attributes, and its bytes as text.</summary>
    private static PickleText NumpyScalar(string module, string code, string order, int bytes) => new PickleText().OneTensor(2, 1, [1], [1])
        .Text("best").Global(module, "scalar")
        .Op('(').Global("numpy", "dtype").Op('(').Text(code).Raw(0x89, 0x88).Op('t').Op('R')
        .Op('(').Number(3).Text(order).Op('N').Op('N').Op('N').Number(-1).Number(-1).Number(0).Op('t').Op('b')
        .Global("_codecs", "encode").Op('(').Text(new string('\u00e9', bytes)).Text("latin1").Op('t').Op('R')
        .Op('t').Op('R').Op('s');

    private static string Fixture(string file) => TestData.Fixture("checkpoints", file);

    private static string Refused(byte[] bytes) => Assert.ThrowsExactly<WeightsFormatException>(() => CheckpointReader.Parse(bytes, "test")).Message;

    private static void AssertEqual(IReadOnlyDictionary<string, WeightTensor> expected, IReadOnlyDictionary<string, WeightTensor> actual, float factor)
    {
        CollectionAssert.AreEquivalent(expected.Keys.ToArray(), actual.Keys.ToArray());
        foreach (var (name, tensor) in expected)
        {
            CollectionAssert.AreEqual(tensor.Shape.ToArray(), actual[name].Shape.ToArray(), name);
            CollectionAssert.AreEqual(tensor.Values.Select(value => value * factor).ToArray(), actual[name].Values, name);
        }
    }
}
