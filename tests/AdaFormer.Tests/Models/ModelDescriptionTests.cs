namespace AdaFormer.Tests.Descriptions;

[TestClass]
public class ModelDescriptionTests
{
    [TestMethod]
    public void ReadsWithoutASessionWhatASessionReads()
    {
        using var model = UpscalingModel.LoadBuiltIn();

        var description = ModelDescription.Read(BuiltInModel.Read(), BuiltInModel.Name);

        CollectionAssert.AreEquivalent(model.Description.Metadata.ToArray(), description.Metadata.ToArray());
        Assert.AreEqual(model.Description with { Metadata = description.Metadata }, description);
    }

    /// <summary>R7: cut anywhere, it is an error that says so.</summary>
    [TestMethod]
    public void ATruncatedModelIsAnError()
    {
        var file = BuiltInModel.Read();
        for (var length = 0; length < file.Length; length += 1 + (file.Length / 300))
            Assert.ThrowsExactly<ModelFormatException>(() => ModelDescription.Read(file.AsSpan(0, length), "cut"));
    }

    [TestMethod]
    [DataRow(new byte[] { 0x72, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [DataRow(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [DataRow(new byte[] { 0x07 })]
    public void NoProtobufIsAnError(byte[] bytes) => Assert.ThrowsExactly<ModelFormatException>(() => ModelDescription.Read(bytes, "noise"));
}
