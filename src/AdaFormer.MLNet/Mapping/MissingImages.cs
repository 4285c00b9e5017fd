using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Mapping;

/// <summary>
/// Makes missing images of known size missing. For a missing image, ResizeImages leaves the previous row's image in the caller's variable,
/// disposed; otherwise it always gives a new one.
/// </summary>
internal static class MissingImages
{
    public static IDataView In(IDataView data, string column) => new View(data, column);

    public static IRowToRowMapper In(IRowToRowMapper mapper, string column) => new Mapper(mapper, column);

    private static ValueGetter<TValue> Getter<TValue>(DataViewRow row, DataViewSchema.Column column, string name)
    {
        var get = row.GetGetter<TValue>(column);
        if (column.Name != name || column.IsHidden || get is not ValueGetter<MLImage> getImage)
            return get;
        return (ValueGetter<TValue>)(Delegate)(ValueGetter<MLImage>)((ref MLImage image) =>
        {
            var before = image;
            getImage(ref image);
            if (ReferenceEquals(image, before))
                image = null!;
        });
    }

    private sealed class View(IDataView data, string column) : IDataView
    {
        public DataViewSchema Schema => data.Schema;

        public bool CanShuffle => data.CanShuffle;

        public long? GetRowCount() => data.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(data.GetRowCursor(columnsNeeded, rand), column);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [.. data.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new Cursor(cursor, column))];
    }

    private sealed class Cursor(DataViewRowCursor cursor, string name) : DataViewRowCursor
    {
        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override bool MoveNext() => cursor.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getter<TValue>(cursor, column, name);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                cursor.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Mapper(IRowToRowMapper mapper, string column) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => mapper.InputSchema;

        public DataViewSchema OutputSchema => mapper.OutputSchema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => mapper.GetDependencies(dependingColumns);

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(mapper.GetRow(input, activeColumns), column);
    }

    private sealed class Row(DataViewRow row, string name) : DataViewRow
    {
        public override DataViewSchema Schema => row.Schema;

        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getter<TValue>(row, column, name);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                row.Dispose();
            base.Dispose(disposing);
        }
    }
}
