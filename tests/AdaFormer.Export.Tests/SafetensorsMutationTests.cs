using System.Buffers.Binary;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests;

/// <summary>Safetensors files with damages of all kinds, half of them under a header length that fits.</summary>
[TestClass]
public class SafetensorsMutationTests
{
    private static readonly MutationLoop Loop = new("safetensors", file => SafetensorsFile.Parse(file), typeof(WeightsFormatException)) { Repair = WithRightLength };

    [TestMethod]
    public void R11_MutatedFiles_AreRefusedOrWeights() => Loop.Run(SmallFiles(), 3);

    [TestMethod]
    public void R11_KeptFiles_AreRefused()
    {
        Assert.IsGreaterThan(0, Loop.Replay());
        foreach (var path in MutationLoop.Kept("safetensors"))
            Assert.ThrowsExactly<WeightsFormatException>(() => SafetensorsFile.Read(path), path);
    }

    private static IEnumerable<byte[]> SmallFiles()
    {
        yield return Bytes(new() { ["a"] = new([2, 2], [1, 2, 3, 4]), ["b.weight"] = new([3], [5, 6, 7]), ["empty"] = new([0, 3], []), ["scalar"] = new([], [8]) });
        yield return Bytes(Enumerable.Range(0, 20).ToDictionary(index => $"layer.{index}.bias", index => new WeightTensor([index], new float[index])));
        yield return OnnxExporterTests.Weights("tiny-x2-skip");

        static byte[] Bytes(Dictionary<string, WeightTensor> tensors)
        {
            using var stream = new MemoryStream();
            new SafetensorsFile(tensors, new Dictionary<string, string> { ["format"] = "pt", ["scale"] = "4" }).Write(stream);
            return stream.ToArray();
        }
    }

    private static byte[] WithRightLength(byte[] file)
    {
        // The header is taken to end at the last brace but for those that the values have by chance.
        var end = file.AsSpan().LastIndexOf("}}"u8);
        if (end > 8)
            BinaryPrimitives.WriteInt64LittleEndian(file, end + 2 - 8);
        return file;
    }
}
