using System.Text;
using AdaFormer.ImageSharp;
using AdaFormer.ImageSharp.Icc;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>Metadata with damages of all kinds: it is never an error.</summary>
[TestClass]
public class MetadataMutationTests
{
    [TestMethod]
    public void R7_MutatedProfiles_AreReadOrPassedOver() =>
        new MutationLoop("icc", file =>
        {
            var color = new float[3];
            IccLut.Read(file)?.Evaluate([0.1f, 0.5f, 1, 0], color);
            Assert.IsTrue(color.All(float.IsFinite));
        }).Run(Directory.EnumerateFiles(TestData.Fixture("icc"), "*.icc").Order(StringComparer.Ordinal).Select(File.ReadAllBytes), 1);

    [TestMethod]
    public void R7_MutatedResources_AreReadOrPassedOver()
    {
        byte[] resources = [.. "8BIM\x04\x04\0\0\0\0\0\x07"u8, 0x1C, 2, 120, 0, 2, 1, 2, 0, .. "8BIM\x04\x0B\x03URL\0\0\0\x04http8BIM\x07\xD0\0\0\0\0\0\x02ab"u8];
        new MutationLoop("photoshop", file =>
        {
            var (iptc, others) = PhotoshopBlock.Read(file);
            var (again, same) = PhotoshopBlock.Read(PhotoshopBlock.Write(iptc, others));
            CollectionAssert.AreEqual(iptc, again);
            CollectionAssert.AreEqual(others, same);
        }).Run([resources], 1);
    }

    [TestMethod]
    public void R7_MutatedXmp_StaysOrSaysTheSize()
    {
        var packet = PictureFormats.Reader().Read(TestData.Fixture("cases", "iptc-xmp-sizes.jpg")).Metadata.Xmp!;
        var attributes = Encoding.UTF8.GetBytes("<a xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:p=\"http://ns.google.com/photos/1.0/panorama/\" exif:PixelXDimension='7' p:FullPanoWidthPixels='9' p:CroppedAreaImageWidthPixels=\"3\" p:CroppedAreaTopPixels='0'/>");
        new MutationLoop("xmp", file =>
        {
            var metadata = new PictureMetadata { Xmp = file, Exif = PlainMetadata.Exif(6) }.For(12_345, 678, PixelLayout.Rgb);
            CollectionAssert.AreEqual(metadata.Xmp, metadata.For(12_345, 678, PixelLayout.Rgb).Xmp);
            metadata.Turned();
        }).Run([packet, attributes], 1);
    }
}
