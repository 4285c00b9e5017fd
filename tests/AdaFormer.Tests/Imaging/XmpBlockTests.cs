using System.Diagnostics;
using System.Text;
using AdaFormer.Imaging;

namespace AdaFormer.Tests.Imaging;

/// <summary>The numbers in XMP that upscaling changes, through the metadata that have it.</summary>
[TestClass]
public class XmpBlockTests
{
    private const string Namespaces = "xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:t = \"http://ns.adobe.com/tiff/1.0/\" xmlns:GPano='http://ns.google.com/photos/1.0/panorama/' xmlns:other='http://example.org/'";

    [TestMethod]
    // Whatever the prefix, as attributes and as elements.
    [DataRow("e:PixelXDimension='160' e:PixelYDimension = \"120\"", "e:PixelXDimension='640' e:PixelYDimension = \"480\"")]
    [DataRow("><t:ImageWidth>160</t:ImageWidth><t:ImageLength rdf:datatype='x'> 120 </t:ImageLength>", "><t:ImageWidth>640</t:ImageWidth><t:ImageLength rdf:datatype='x'> 480 </t:ImageLength>")]
    // Part of a panorama: 40 of 160 pixels are 640, so that the whole has 2560.
    [DataRow("GPano:FullPanoWidthPixels='160' GPano:CroppedAreaImageWidthPixels='40' GPano:CroppedAreaLeftPixels='10' GPano:FullPanoHeightPixels='90' GPano:CroppedAreaImageHeightPixels='30' GPano:CroppedAreaTopPixels='0'",
        "GPano:FullPanoWidthPixels='2560' GPano:CroppedAreaImageWidthPixels='640' GPano:CroppedAreaLeftPixels='160' GPano:FullPanoHeightPixels='1440' GPano:CroppedAreaImageHeightPixels='480' GPano:CroppedAreaTopPixels='0'")]
    [DataRow("GPano:FullPanoWidthPixels='160'", "GPano:FullPanoWidthPixels='640'")]
    // Other properties, other namespaces and what is no number stay.
    [DataRow("other:ImageWidth='160' e:PixelXDimension='many' t:Orientation='6' GPano:ProjectionType='equirectangular'", "other:ImageWidth='160' e:PixelXDimension='many' t:Orientation='6' GPano:ProjectionType='equirectangular'")]
    public void SizesBecomeThePictures(string before, string after)
    {
        var metadata = new PictureMetadata { Xmp = Encoding.UTF8.GetBytes($"<rdf:Description {Namespaces} {before} dc:title='größer'/>") };

        var larger = metadata.For(640, 480, PixelLayout.Rgb);

        Assert.AreEqual($"<rdf:Description {Namespaces} {after} dc:title='größer'/>", Encoding.UTF8.GetString(larger.Xmp!));
        CollectionAssert.AreEqual(larger.Xmp, larger.For(640, 480, PixelLayout.Rgb).Xmp);
    }

    [TestMethod]
    [DataRow(4), DataRow(2)]
    public void ThePaddingIsUsedUpBeforeThePacketGrows(int padding)
    {
        var xmp = Encoding.UTF8.GetBytes($"<?xpacket begin='\uFEFF'?><a {Namespaces} e:PixelXDimension='1' e:PixelYDimension='2'/>{new string(' ', padding)}<?xpacket end='w'?>");

        var larger = new PictureMetadata { Xmp = xmp }.For(100, 200, PixelLayout.Rgb).Xmp!;

        Assert.AreEqual(xmp.Length + Math.Max(0, 4 - padding), larger.Length);
        Assert.EndsWith("e:PixelXDimension='100' e:PixelYDimension='200'/><?xpacket end='w'?>", Encoding.UTF8.GetString(larger));
        var back = new PictureMetadata { Xmp = larger }.For(1, 2, PixelLayout.Rgb).Xmp!;
        Assert.AreEqual(larger.Length, back.Length);
        Assert.Contains("e:PixelXDimension='1' e:PixelYDimension='2'/>    <?xpacket", Encoding.UTF8.GetString(back));
    }

    [TestMethod]
    [DataRow(6, "t:Orientation='1' GPano:FullPanoWidthPixels='90' GPano:FullPanoHeightPixels='160'"), DataRow(3, "t:Orientation='1' GPano:FullPanoWidthPixels='160' GPano:FullPanoHeightPixels='90'")]
    public void TurnedUprightItSaysSo(int orientation, string after)
    {
        var metadata = new PictureMetadata
        {
            Exif = PlainMetadata.Exif(orientation), Xmp = Encoding.UTF8.GetBytes($"<a {Namespaces} t:Orientation='{orientation}' GPano:FullPanoWidthPixels='160' GPano:FullPanoHeightPixels='90'/>"),
        };

        Assert.AreEqual($"<a {Namespaces} {after}/>", Encoding.UTF8.GetString(metadata.Turned().Xmp!));
    }

    /// <summary>What would make a parser explode or a pattern backtrack costs little, and stays as it is.</summary>
    [TestMethod]
    public void R7_HostilePacketsAreLeftAsTheyAre()
    {
        var words = new string('a', 1 << 20);
        foreach (var packet in new[]
        {
            "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>",
            $"<a {Namespaces} {words}:{words}='1'/>",
            $"<a {Namespaces} {string.Concat(Enumerable.Repeat("t:ImageWidth ", 80_000))}",
            $"<a {Namespaces} {string.Concat(Enumerable.Repeat("<t:ImageWidth" + new string(' ', 50), 20_000))}",
            string.Concat(Enumerable.Repeat("xmlns:t = ", 100_000)),
            $"<a {Namespaces} t:ImageWidth='99999999999999999999'/>",
        })
        {
            var bytes = Encoding.UTF8.GetBytes(packet);
            var watch = Stopwatch.StartNew();
            CollectionAssert.AreEqual(bytes, new PictureMetadata { Xmp = bytes }.For(640, 480, PixelLayout.Rgb).Xmp);
            Assert.IsLessThan(5_000, watch.ElapsedMilliseconds, packet[..40]);
        }
    }
}
