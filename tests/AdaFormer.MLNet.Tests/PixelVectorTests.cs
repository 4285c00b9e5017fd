using AdaFormer.Imaging;
using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.Tests;

/// <summary>Columns of vectors of pixels, in every layout. Nothing is decoded.</summary>
[TestClass]
public class PixelVectorTests
{
    private const int Width = 9;
    private const int Height = 7;
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    [DataRow(4, false)]
    [DataRow(4, true)]
    public void BytesGiveTheRuntimesPixels(int channels, bool interleaved)
    {
        var (picture, layout) = (Picture(channels), new PixelVectorLayout(Width, Height) { Channels = channels, Interleaved = interleaved });
        var data = Load<byte>(Vector(picture, interleaved), NumberDataViewType.Byte, channels);

        var large = Transform(data, layout);

        var expected = Vector(Images.Upscale(picture).Picture, interleaved);
        Assert.AreEqual(expected.Length, ((VectorDataViewType)large.Schema["Large"].Type).Size);
        Assert.AreEqual(interleaved, ((VectorDataViewType)large.Schema["Large"].Type).Dimensions[2] == channels);
        CollectionAssert.AreEqual(expected, large.GetColumn<byte[]>("Large").Single());
    }

    [TestMethod]
    [DataRow(1, false, 255f)]
    [DataRow(3, true, 255f)]
    [DataRow(3, false, 1f)]
    [DataRow(3, true, 1f)]
    [DataRow(4, true, 1f)]
    public void FloatsGiveTheRuntimesPixels(int channels, bool interleaved, float maximum)
    {
        var (picture, layout) = (Picture(channels), new PixelVectorLayout(Width, Height) { Channels = channels, Interleaved = interleaved, Maximum = maximum });
        var data = Load<float>([.. Vector(picture, interleaved).Select(sample => sample * maximum / 255)], NumberDataViewType.Single, channels);

        var large = Transform(data, layout);

        var expected = Vector(Images.Upscale(picture).Picture, interleaved).Select(sample => sample * (maximum / 255)).ToArray();
        CollectionAssert.AreEqual(expected, large.GetColumn<float[]>("Large").Single());
    }

    [TestMethod]
    public void InPlaceWithDepthAndShareAndCached()
    {
        var picture = Picture(3);
        var data = Load<float>([.. Vector(picture, false).Select(sample => (float)sample)], NumberDataViewType.Single, 3);
        var options = new AdaFormerUpscalingOptions { OutputColumnName = "Pixels", VectorLayout = new PixelVectorLayout(Width, Height), HaltingDepthColumnName = "Depth", HaltedShareColumnName = "Share" };

        var large = _context.Transforms.AdaFormerUpscale(options).AppendCacheCheckpoint(_context).Append(_context.Transforms.CopyColumns("Copy", "Pixels")).Fit(data).Transform(data);

        var result = Images.Upscale(picture);
        CollectionAssert.AreEqual(Vector(result.Picture, false).Select(sample => (float)sample).ToArray(), large.GetColumn<float[]>("Copy").Single());
        Assert.AreEqual((float)result.HaltingDepth[3, 2], large.GetColumn<float[]>("Depth").Single()[(2 * Width) + 3]);
        Assert.AreEqual((float)result.HaltingDepth.HaltedShare, large.GetColumn<float>("Share").Single());
    }

    [TestMethod]
    public void MissingVectorsGiveZeros()
    {
        var data = _context.Data.LoadFromEnumerable(
            [new Row<float> { Pixels = null }, new Row<float> { Pixels = new float[3 * Width * Height] }, new Row<float> { Pixels = null }],
            Schema<float>(NumberDataViewType.Single, 3));

        var rows = Transform(data, new PixelVectorLayout(Width, Height)).GetColumn<float[]>("Large").ToArray();

        Assert.AreEqual(16 * 3 * Width * Height, rows[0].Length);
        Assert.AreEqual(0f, rows[0].Sum() + rows[2].Sum());
    }

    [TestMethod]
    public void NotANumberIsAnError()
    {
        var data = Load<float>([.. Enumerable.Repeat(float.NaN, 3 * Width * Height)], NumberDataViewType.Single, 3);

        var exception = Assert.Throws<InvalidOperationException>(() => Transform(data, new PixelVectorLayout(Width, Height)).GetColumn<float[]>("Large").Single());

        Assert.Contains("NaN", exception.ToString());
    }

    private IDataView Transform(IDataView data, PixelVectorLayout layout) =>
        _context.Transforms.AdaFormerUpscale(new AdaFormerUpscalingOptions { OutputColumnName = "Large", InputColumnName = "Pixels", VectorLayout = layout }).Fit(data).Transform(data);

    private IDataView Load<T>(T[] pixels, PrimitiveDataViewType type, int channels) =>
        _context.Data.LoadFromEnumerable([new Row<T> { Pixels = pixels }], Schema<T>(type, channels));

    private static SchemaDefinition Schema<T>(PrimitiveDataViewType type, int channels)
    {
        var schema = SchemaDefinition.Create(typeof(Row<T>));
        schema["Pixels"].ColumnType = new VectorDataViewType(type, channels * Width * Height);
        return schema;
    }

    // Opaque, so that premultiplied colours are the straight ones.
    private static Picture Picture(int channels) => channels switch
    {
        1 => Grey(),
        3 => Images.Picture(Width, Height),
        _ => Images.Picture(Width, Height, PixelLayout.Rgba, (_, _) => 255),
    };

    private static Picture Grey()
    {
        var (color, grey) = (Images.Picture(Width, Height), new Picture(Width, Height, PixelLayout.Gray));
        for (var index = 0; index < Width * Height; index++)
            grey[index % Width, index / Width, 0] = color[index % Width, index / Width, 0];
        return grey;
    }

    private static byte[] Vector(Picture picture, bool interleaved)
    {
        int[] order = picture.Channels switch
        {
            1 => [0],
            3 => [0, 1, 2],
            _ => [3, 0, 1, 2],
        };
        var pixels = from y in Enumerable.Range(0, picture.Height) from x in Enumerable.Range(0, picture.Width) select (x, y);
        var samples = interleaved
            ? from pixel in pixels from channel in order select picture[pixel.x, pixel.y, channel]
            : from channel in order from pixel in pixels select picture[pixel.x, pixel.y, channel];
        return [.. samples.Select(sample => (byte)sample)];
    }

    private sealed class Row<T>
    {
        public T[]? Pixels { get; set; }
    }
}
