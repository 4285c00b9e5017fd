using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.Iptc;
using MetadataExtractor.Formats.Jpeg;
using MetadataExtractor.Formats.Png;
using MetadataExtractor.Formats.Xmp;

namespace AdaFormer.Tests.ImageSharp;

/// <summary>What of a photograph's metadata is in the files that are written, by an independent reader.</summary>
[TestClass]
public class KeptMetadataTests
{
    private static readonly XNamespace Panorama = "http://ns.google.com/photos/1.0/panorama/", Exif = "http://ns.adobe.com/exif/1.0/", Tiff = "http://ns.adobe.com/tiff/1.0/";

    [TestMethod]
    [DataRow(".jpg", ""), DataRow(".tif", "a JPEG's comments"), DataRow(".png", "IPTC"), DataRow(".webp", "IPTC|a JPEG's comments"), DataRow(".bmp", "EXIF|XMP|IPTC|a JPEG's comments")]
    public void R20_WhatAPhotographSaysIsKeptOrNamed(string extension, string lost)
    {
        var (file, losses) = Larger(TestData.Fixture("cases", "iptc-xmp-sizes.jpg"), extension);

        Assert.AreEqual(lost.Length == 0 ? 0 : lost.Split('|').Length, losses.Count);
        foreach (var (loss, name) in losses.Zip(lost.Split('|')))
        {
            Assert.AreEqual(PictureWarning.Metadata, loss.Code);
            Assert.Contains($"no place for {name}", loss.Message);
            Assert.Contains("keep", loss.Message);
        }

        if (extension == ".bmp")
            return;
        var directories = ImageMetadataReader.ReadMetadata(new MemoryStream(file));
        var camera = directories.OfType<ExifIfd0Directory>().Single();
        Assert.AreEqual(("Acme", "Someone", 1), (camera.GetString(ExifDirectoryBase.TagMake), camera.GetString(ExifDirectoryBase.TagArtist), camera.GetInt32(ExifDirectoryBase.TagOrientation)));
        // Stored on its side with 160×120.
        var exif = directories.OfType<ExifSubIfdDirectory>().First();
        Assert.AreEqual((480, 640), (exif.GetInt32(ExifDirectoryBase.TagExifImageWidth), exif.GetInt32(ExifDirectoryBase.TagExifImageHeight)));
        Assert.AreEqual(12.5, directories.OfType<GpsDirectory>().Single().GetGeoLocation()!.Latitude, 0.001);

        var xmp = XDocument.Parse(XmpOf(directories, file)).Descendants();
        Assert.AreEqual((480, 640, 480, 1), (Number(Exif + "PixelXDimension"), Number(Exif + "PixelYDimension"), Number(Tiff + "ImageWidth"), Number(Tiff + "Orientation")));
        Assert.AreEqual((480, 640), (Number(Panorama + "FullPanoWidthPixels"), Number(Panorama + "CroppedAreaImageHeightPixels")));
        Assert.AreEqual("T", xmp.Single(element => element.Name.LocalName == "title").Value.Trim());

        var iptc = directories.OfType<IptcDirectory>().SingleOrDefault();
        Assert.AreEqual(extension is ".jpg" or ".tif", iptc is not null);
        if (iptc is not null)
        {
            Assert.AreEqual("A caption", iptc.GetString(IptcDirectory.TagCaption));
            CollectionAssert.AreEqual(new[] { "alpha", "beta" }, iptc.GetKeywords()!.ToArray());
        }

        if (extension == ".jpg")
            Assert.AreEqual("jpeg comment", directories.OfType<JpegCommentDirectory>().Single().GetString(JpegCommentDirectory.TagComment));
        if (extension == ".png")
            Assert.Contains("Comment: jpeg comment", string.Join('\n', directories.OfType<PngDirectory>().SelectMany(directory => directory.Tags).Select(tag => tag.Description)));

        int Number(XName name) => int.Parse(xmp.Single(element => element.Name == name).Value, CultureInfo.InvariantCulture);
    }

    [TestMethod]
    [DataRow(".jpg"), DataRow(".png"), DataRow(".webp")]
    public void R20_AMakerNoteIsKeptByteForByte(string extension)
    {
        var path = TestData.Fixture("cases", "maker-note.jpg");
        var (file, losses) = Larger(path, extension);

        Assert.IsEmpty(losses);
        var (before, after) = (PictureFormats.Reader().Read(path).Metadata.Exif!, PictureFormats.Reader().Read(new MemoryStream(file)).Metadata.Exif!);
        Assert.AreEqual(before.Length, after.Length);
        // No more than two numbers of the picture's size, of up to four bytes.
        Assert.IsLessThanOrEqualTo(16, before.Zip(after).Count(pair => pair.First != pair.Second));
        var (said, kept) = (Tags(File.ReadAllBytes(path)), Tags(file));
        Assert.IsGreaterThan(5, said.Length);
        CollectionAssert.AreEqual(said, kept);

        static string[] Tags(byte[] file) =>
        [
            .. from directory in ImageMetadataReader.ReadMetadata(new MemoryStream(file))
               where directory is ExifDirectoryBase || directory.Name.Contains("Makernote", StringComparison.Ordinal)
               from tag in directory.Tags
               where tag.Type is not (ExifDirectoryBase.TagExifImageWidth or ExifDirectoryBase.TagExifImageHeight)
               select $"{directory.Name} {tag.Name} {tag.Description}",
        ];
    }

    [TestMethod]
    public void PhotoshopsResourcesThatStayTrueAreKept()
    {
        byte[] caption = [0x1C, 2, 120, 0, 3, (byte)'a', (byte)'b', (byte)'c'];
        byte[] address = Resource(0x040B, "\x04Name\0", Encoding.ASCII.GetBytes("http://a.example"));
        byte[] path = Resource(2000, "\x05Shape", new byte[26]);
        byte[] block = [.. Resource(0x03ED, "\0\0", new byte[16]), .. Resource(0x0404, "\0\0", caption), .. address, .. Resource(0x040C, "\0\0", new byte[33]), .. path];
        var file = With(0xED, [.. "Photoshop 3.0\0"u8, .. block]);

        foreach (var extension in new[] { ".jpg", ".tif" })
        {
            var metadata = PictureFormats.Reader().Read(new MemoryStream(Write(PictureFormats.Reader().Read(new MemoryStream(file)), extension))).Metadata;
            CollectionAssert.AreEqual(caption, metadata.Iptc, extension);
            CollectionAssert.AreEqual(new byte[][] { address, path }.SelectMany(bytes => bytes).ToArray(), metadata.PhotoshopResources, extension);
        }

        byte[] Resource(int number, string name, byte[] data)
        {
            var head = new byte[6];
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)number);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            return [.. "8BIM"u8, .. head[..2], .. Encoding.Latin1.GetBytes(name), .. length, .. data, .. new byte[data.Length & 1]];
        }
    }

    /// <summary>XMP that continues outside of its packet goes from JPEG to JPEG, if all of it is there.</summary>
    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void ExtendedXmpIsKeptWhole(bool isCut)
    {
        const string hash = "0123456789ABCDEF0123456789ABCDEF";
        var extended = Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + new string('ä', 60_000) + "</x:xmpmeta>");
        var packet = Encoding.UTF8.GetBytes($"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmpNote:HasExtendedXMP='{hash}'/></rdf:RDF></x:xmpmeta>");
        byte[] file = With(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. packet]);
        foreach (var place in isCut ? new[] { 0, 80_000 } : [80_000, 0, 40_000])
            file = With(0xE1, [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. Encoding.ASCII.GetBytes(hash), .. Big(extended.Length), .. Big(place), .. extended.AsSpan(place, place < 80_000 ? 40_000 : extended.Length - place)], file);

        var picture = PictureFormats.Reader().Read(new MemoryStream(file));

        if (isCut)
        {
            Assert.IsNull(picture.Metadata.ExtendedXmp);
            Assert.AreEqual(PictureWarning.Metadata, picture.Warnings.Single().Code);
            return;
        }

        Assert.IsEmpty(picture.Warnings);
        var written = Write(picture, ".jpg");
        CollectionAssert.AreEqual(extended, PictureFormats.Reader().Read(new MemoryStream(written)).Metadata.ExtendedXmp);
        Assert.IsEmpty(PictureFormats.Writer().Losses(Info(picture), "x.jpg"));
        Assert.Contains("extended XMP", PictureFormats.Writer().Losses(Info(picture), "x.png").Single().Message);
        // The independent reader puts the parts together too.
        Assert.IsNotEmpty(ImageMetadataReader.ReadMetadata(new MemoryStream(written)).OfType<XmpDirectory>().ToArray());

        static byte[] Big(int number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            return bytes;
        }
    }

    /// <summary>As Latin-1 where it can be; what can only be UTF-8 as such, which the independent reader takes for Latin-1.</summary>
    [TestMethod]
    [DataRow("größer", true, "iTXt", "Comment\0\0\0\0\0"), DataRow("café", false, "tEXt", "Comment\0"), DataRow("a\0b\0\0", false, "tEXt", "Comment\0")]
    public void ACommentKeepsItsLettersInPng(string comment, bool isUtf8, string chunk, string keyword)
    {
        var bytes = (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(comment);
        var picture = new Picture(3, 2, PixelLayout.Rgb) { Metadata = new PictureMetadata { JpegComments = [bytes] } };

        var text = PictureFormats.Reader().Read(new MemoryStream(Write(picture, ".png"))).Metadata.PngTexts.Single();

        Assert.AreEqual(chunk, text.Chunk);
        Assert.AreEqual(keyword + Encoding.Latin1.GetString(bytes).TrimEnd('\0').Replace('\0', ' '), Encoding.Latin1.GetString(text.Content));
    }

    [TestMethod]
    public void LostColoursOfAPngAreSaid()
    {
        Assert.IsEmpty(Losses(new() { ["gAMA"] = [0, 0, 0xB1, 0x8F], ["cHRM"] = Convert.FromHexString("00007A26000080840000FA00000080E80000753000 00EA6000003A9800001770".Replace(" ", "")) }));
        Assert.IsEmpty(Losses(new() { ["gAMA"] = [0, 1, 0x86, 0xA0], ["sRGB"] = [0] }));
        Assert.Contains("gamma", Losses(new() { ["gAMA"] = [0, 1, 0x86, 0xA0] }).Single().Message);
        Assert.Contains("gamma", Losses(new() { ["cICP"] = [9, 16, 0, 1] }).Single().Message);

        static IReadOnlyList<PictureWarning> Losses(Dictionary<string, byte[]> colors) =>
            PictureFormats.Writer().Losses(new PictureInfo(3, 2, PixelLayout.Rgb, 8) { Metadata = new PictureMetadata { PngColors = colors } }, "x.jpg");
    }

    /// <summary>What no output keeps is said when the file is read.</summary>
    [TestMethod]
    [DataRow(0xE2, "MPF\0II*\0", PictureWarning.Frames, "further pictures"), DataRow(0xEB, "JP\0\0", PictureWarning.Metadata, "APP11"), DataRow(0xE2, "FPXR\0", PictureWarning.Metadata, "APP2")]
    [DataRow(0xE1, "http://ns.adobe.com/xap/1.0/\0<a GCamera:MotionPhoto=\"1\"/>", PictureWarning.Frames, "motion photo"), DataRow(0xEC, "Ducky\0", "", ""), DataRow(0xE0, "JFXX\0", "", "")]
    public void R20_WhatElseAJpegHoldsIsSaid(int marker, string contents, string code, string what)
    {
        var warnings = PictureFormats.Reader().Read(new MemoryStream(With(marker, Encoding.Latin1.GetBytes(contents)))).Warnings;

        Assert.AreEqual(code, string.Join(' ', warnings.Select(warning => warning.Code)));
        if (code.Length > 0)
            Assert.Contains(what, warnings[0].Message);
    }

    [TestMethod]
    public void AProfileForOtherChannelsIsLeftOutAloud()
    {
        var grey = File.ReadAllBytes(TestData.Fixture("jpeg", "grey.jpg"));
        var picture = PictureFormats.Reader().Read(new MemoryStream(With(0xE2, [.. "ICC_PROFILE\0\x01\x01"u8, .. PlainMetadata.Profile("RGB ")], grey)));

        Assert.IsNull(picture.Metadata.IccProfile);
        Assert.Contains("profile", picture.Warnings.Single().Message);
    }

    private static PictureInfo Info(Picture picture) => new(picture.Width, picture.Height, picture.Layout, picture.BitDepth) { Metadata = picture.Metadata };

    // Four times the size, as the network leaves metadata.
    private static (byte[] File, IReadOnlyList<PictureWarning> Losses) Larger(string path, string extension)
    {
        var picture = PictureFormats.Reader().Read(path);
        var larger = new Picture(4 * picture.Width, 4 * picture.Height, picture.Layout) { Metadata = picture.Metadata.For(4 * picture.Width, 4 * picture.Height, picture.Layout) };
        return (Write(larger, extension), PictureFormats.Writer().Losses(Info(larger), "x" + extension));
    }

    private static byte[] Write(Picture picture, string extension)
    {
        using var folder = new TemporaryFolder();
        PictureFormats.Writer().Write(picture, folder.File("x" + extension));
        return File.ReadAllBytes(folder.File("x" + extension));
    }

    private static byte[] With(int marker, byte[] contents, byte[]? file = null)
    {
        file ??= File.ReadAllBytes(TestData.Fixture("jpeg", "2x2.jpg"));
        var length = contents.Length + 2;
        return [.. file[..2], 0xFF, (byte)marker, (byte)(length >> 8), (byte)length, .. contents, .. file[2..]];
    }

    // MetadataExtractor's XMP of a PNG or a WebP is a tree of its own; the packet itself is in the file.
    private static string XmpOf(IEnumerable<MetadataExtractor.Directory> directories, byte[] file)
    {
        Assert.IsNotEmpty(directories.OfType<XmpDirectory>().ToArray());
        var text = Encoding.UTF8.GetString(file);
        var (start, end) = (text.IndexOf("<x:xmpmeta", StringComparison.Ordinal), text.IndexOf("</x:xmpmeta>", StringComparison.Ordinal));
        return text[start..(end + "</x:xmpmeta>".Length)];
    }
}
