using AdaFormer.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.Tests;

/// <summary>
/// What ML.NET tests of its own estimators: the schema that is promised is the one that comes; rows are the same with all columns, some or
/// one of them, read once or twice, by cursor or mapper, before and after saving.
/// </summary>
[TestClass]
public class EstimatorCoreTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void ImagesOfUnknownSize() => Check([new ImageRow { Image = Images.Image(12, 10) }, new ImageRow(), new ImageRow { Image = Images.Image(7, 9) }], new());

    [TestMethod]
    public void ImagesOfKnownSize() => Check([Sized(1), new SizedImageRow(), Sized(2), Sized(3)], new());

    [TestMethod]
    public void VectorsOfBytes() => Check(Enumerable.Range(1, 3).Select(row => new BytesRow { Image = Bytes(row) }).ToArray(), new() { VectorLayout = new PixelVectorLayout(FreshProcess.Width, FreshProcess.Height) });

    [TestMethod]
    public void VectorsOfFloats() => Check(
        Enumerable.Range(1, 3).Select(row => new SinglesRow { Image = [.. Bytes(row).Select(sample => sample / 255f)] }).ToArray(),
        new() { VectorLayout = new PixelVectorLayout(FreshProcess.Width, FreshProcess.Height) { Interleaved = true, Maximum = 1 } });

    private void Check<T>(T[] rows, AdaFormerUpscalingOptions options)
        where T : class, new()
    {
        var data = Images.Load(_context, rows);
        foreach (var output in new[] { "Large", "Image" })
        {
            options.OutputColumnName = output;
            options.InputColumnName = "Image";
            (options.HaltingDepthColumnName, options.HaltedShareColumnName) = ("Depth", "Share");
            var estimator = _context.Transforms.AdaFormerUpscale(options);
            var transformer = estimator.Fit(data);
            var large = transformer.Transform(data);

            AssertPromised(estimator.GetOutputSchema(Shape<T>()), large.Schema);
            Assert.AreEqual(Written(large.Schema), Written(transformer.GetOutputSchema(data.Schema)));

            var names = large.Schema.Where(column => !column.IsHidden).Select(column => column.Name).ToArray();
            var expected = Read(large, names);
            Assert.HasCount(rows.Length, expected);
            AssertSame(names.Where((_, index) => index % 2 == 0).ToArray(), Read);
            AssertSame(names.Where((_, index) => index % 2 == 1).ToArray(), Read);
            AssertSame([.. names.Reverse()], Read);
            foreach (var name in names)
                AssertSame([name], Read);
            AssertSame(names, (view, some) => ReadByMapper(transformer, data, some));

            using var file = new MemoryStream();
            _context.Model.Save(transformer, null, file);
            var loaded = new MLContext().Model.Load(file, out _);
            Assert.AreEqual(Written(large.Schema), Written(loaded.GetOutputSchema(data.Schema)));
            // What is loaded ends with ML.NET's ResizeImages, which leaves a disposed image in a variable where one is missing.
            AssertSame(names, (_, some) => Read(loaded.Transform(data), some, fresh: true));

            void AssertSame(string[] some, Func<IDataView, string[], List<Dictionary<string, string>>> read)
            {
                var actual = read(large, some);
                Assert.HasCount(expected.Count, actual);
                for (var row = 0; row < expected.Count; row++)
                {
                    foreach (var name in some)
                        Assert.AreEqual(expected[row][name], actual[row][name], $"{name} in row {row}, read with {string.Join(", ", some)}");
                }
            }
        }
    }

    private SchemaShape Shape<T>()
        where T : class, new() => _context.Transforms.CustomMapping<Nothing, T>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));

    private static void AssertPromised(SchemaShape shape, DataViewSchema schema)
    {
        foreach (var promised in shape)
        {
            var column = schema[promised.Name];
            var (vector, item) = column.Type is VectorDataViewType type ? (type.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector, type.ItemType) : (SchemaShape.Column.VectorKind.Scalar, column.Type);
            Assert.AreEqual(vector, promised.Kind, promised.Name);
            Assert.AreEqual(item.RawType, promised.ItemType.RawType, promised.Name);
        }

        CollectionAssert.AreEquivalent(schema.Where(column => !column.IsHidden).Select(column => column.Name).ToArray(), shape.Select(column => column.Name).ToArray());
    }

    private static string Written(DataViewSchema schema) => string.Join("; ", schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}"));

    private static List<Dictionary<string, string>> Read(IDataView data, string[] names) => Read(data, names, fresh: false);

    private static List<Dictionary<string, string>> Read(IDataView data, string[] names, bool fresh)
    {
        var rows = new List<Dictionary<string, string>>();
        using var cursor = data.GetRowCursor(names.Select(name => data.Schema[name]));
        var getters = names.Select(name => Getter(cursor, data.Schema[name], fresh)).ToArray();
        while (cursor.MoveNext())
            rows.Add(ReadRow(names, getters));
        return rows;
    }

    private static List<Dictionary<string, string>> ReadByMapper(ITransformer transformer, IDataView data, string[] names)
    {
        var rows = new List<Dictionary<string, string>>();
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        var columns = names.Select(name => mapper.OutputSchema[name]).ToArray();
        using var cursor = data.GetRowCursor(data.Schema);
        using var row = mapper.GetRow(cursor, columns);
        var getters = columns.Select(column => Getter(row, column, fresh: false)).ToArray();
        while (cursor.MoveNext())
            rows.Add(ReadRow(names, getters));
        return rows;
    }

    private static Dictionary<string, string> ReadRow(string[] names, Func<string>[] getters)
    {
        var row = new Dictionary<string, string>();
        for (var index = 0; index < names.Length; index++)
            row[names[index]] = getters[index]();
        for (var index = names.Length - 1; index >= 0; index--)
            Assert.AreEqual(row[names[index]], getters[index](), "the second time");
        return row;
    }

    private static Func<string> Getter(DataViewRow row, DataViewSchema.Column column, bool fresh) => column.Type switch
    {
        ImageDataViewType => Of<MLImage>(row, column, fresh, image => image is null ? "missing" : $"{image.Width}×{image.Height} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(image.Pixels))}"),
        VectorDataViewType { ItemType: var item } when item == NumberDataViewType.Byte => Of<VBuffer<byte>>(row, column, fresh, vector => string.Join(' ', vector.DenseValues())),
        VectorDataViewType => Of<VBuffer<float>>(row, column, fresh, vector => string.Join(' ', vector.DenseValues())),
        _ => Of<float>(row, column, fresh, number => $"{number}"),
    };

    private static Func<string> Of<T>(DataViewRow row, DataViewSchema.Column column, bool fresh, Func<T, string> write)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            if (fresh)
                value = default!;
            getter(ref value);
            return write(value);
        };
    }

    private static SizedImageRow Sized(int seed) => new() { Image = Images.Image(Images.Picture(SizedImageRow.Width, SizedImageRow.Height, seed: seed)) };

    private static byte[] Bytes(int row) => [.. FreshProcess.Gradient().Select(sample => (byte)(sample * 85 * row))];

    public sealed class BytesRow
    {
        [VectorType(3, FreshProcess.Height, FreshProcess.Width)]
        public byte[]? Image { get; set; }
    }

    public sealed class SinglesRow
    {
        [VectorType(FreshProcess.Height, FreshProcess.Width, 3)]
        public float[]? Image { get; set; }
    }

    private sealed class Nothing
    {
    }
}
