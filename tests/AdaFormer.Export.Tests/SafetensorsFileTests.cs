using System.Buffers.Binary;
using System.Text;
using AdaFormer.Export.Weights;
using AdaFormer.Tests;

namespace AdaFormer.Export.Tests;

[TestClass]
public class SafetensorsFileTests
{
    [TestMethod]
    [DataRow("tiny-x2-skip")]
    [DataRow("tiny-x3")]
    [DataRow("tiny-x4")]
    public void WritingWhatWasReadKeepsEveryValue(string model)
    {
        var file = SafetensorsFile.Read(TestData.Fixture($"{model}.weights.safetensors"));
        using var stream = new MemoryStream();
        file.Write(stream);

        var again = SafetensorsFile.Parse(stream.ToArray());

        CollectionAssert.AreEqual(file.Tensors.Keys.ToArray(), again.Tensors.Keys.ToArray());
        CollectionAssert.AreEqual(file.Metadata.ToArray(), again.Metadata.ToArray());
        foreach (var (name, tensor) in file.Tensors)
        {
            CollectionAssert.AreEqual(tensor.Shape.ToArray(), again.Tensors[name].Shape.ToArray());
            CollectionAssert.AreEqual(tensor.Values, again.Tensors[name].Values);
        }
    }

    [TestMethod]
    public void ScalarsAndEmptyTensorsAreTensors()
    {
        var file = new SafetensorsFile(new Dictionary<string, WeightTensor> { ["empty"] = new([0, 3], []), ["scalar"] = new([], [2.5f]) });
        using var stream = new MemoryStream();
        file.Write(stream);

        var again = SafetensorsFile.Parse(stream.ToArray());

        Assert.IsEmpty(again.Tensors["empty"].Values);
        Assert.AreEqual(2.5f, again.Tensors["scalar"].Values.Single());
    }

    [TestMethod]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 8, "not a valid", DisplayName = "header cut off")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "outside", DisplayName = "data cut off")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 12, "need 8 bytes", DisplayName = "more data than tensors")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "instead of 12", DisplayName = "shape and size differ")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "outside", DisplayName = "negative extent")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}", 8, "not a valid", DisplayName = "size overflows")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "outside", DisplayName = "offsets swapped")]
    [DataRow("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8, "F8_E4M3", DisplayName = "another type")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "overlap", DisplayName = "overlap")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "gaps", DisplayName = "gap")]
    [DataRow("{\"a\":7}", 0, "not a valid", DisplayName = "not a tensor")]
    [DataRow("[]", 0, "not a valid", DisplayName = "not an object")]
    [DataRow("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not a valid", DisplayName = "type missing")]
    public void R11_WhatIsWrongIsRefusedByName(string header, int dataLength, string expected)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));

        var exception = Assert.ThrowsExactly<WeightsFormatException>(() => SafetensorsFile.Parse(bytes, "some.file"));

        Assert.Contains(expected, exception.Message);
        Assert.Contains("some.file", exception.Message);
    }

    [TestMethod]
    public void R11_ATruncatedFileIsRefusedAtEveryLength()
    {
        using var stream = new MemoryStream();
        new SafetensorsFile(new Dictionary<string, WeightTensor> { ["a"] = new([2, 2], [1, 2, 3, 4]) }, new Dictionary<string, string> { ["k"] = "v" }).Write(stream);
        var bytes = stream.ToArray();
        for (var length = 0; length < bytes.Length; length++)
            Assert.ThrowsExactly<WeightsFormatException>(() => SafetensorsFile.Parse(bytes.AsSpan(0, length)), $"cut to {length} bytes");
    }

    [TestMethod]
    public void R11_FlippedBytesGiveATypedErrorOrAFile()
    {
        var bytes = OnnxExporterTests.Weights("tiny-x4");
        var random = new Random(5);
        for (var trial = 0; trial < 400; trial++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(Math.Min(damaged.Length, 12_000))] ^= (byte)(1 << random.Next(8));
            try
            {
                SafetensorsFile.Parse(damaged);
            }
            catch (WeightsFormatException)
            {
            }
        }
    }
}
