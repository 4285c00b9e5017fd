using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Columns;

/// <summary>The input column: its kind and its images' width and height, 0 if unknown.</summary>
internal sealed record InputColumn(ColumnKind Kind, int Width, int Height)
{
    public bool HasSize => Width > 0;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public static InputColumn Of(DataViewSchema inputSchema, AdaFormerUpscalingOptions options)
    {
        var type = inputSchema.GetColumnOrNull(options.Input)?.Type ?? throw Missing(nameof(inputSchema), options);
        var vector = type as VectorDataViewType;
        return Match(vector?.ItemType ?? type, vector?.Size, options) ?? throw Mismatch(nameof(inputSchema), options, type.ToString());
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public static InputColumn Of(SchemaShape inputSchema, AdaFormerUpscalingOptions options)
    {
        var column = inputSchema.Where(column => column.Name == options.Input).Select(column => (SchemaShape.Column?)column).FirstOrDefault()
            ?? throw Missing(nameof(inputSchema), options);
        int? length = column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => null,
            SchemaShape.Column.VectorKind.Vector => -1,
            _ => 0,
        };
        return Match(column.ItemType, length, options)
            ?? throw Mismatch(nameof(inputSchema), options, length is null ? column.ItemType.ToString() : $"{column.Kind} of {column.ItemType}");
    }

    /// <summary>Whether a chain fitted to this column accepts another one.</summary>
    public bool Accepts(InputColumn other) => this == other || (Kind.HoldsImages && other.Kind.HoldsImages);

    public override string ToString() => HasSize ? $"Image<{Height}, {Width}>" : "Image";

    private static InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options) =>
        ColumnKind.All.Select(kind => kind.Match(item, length, options)).FirstOrDefault(column => column is not null);

    // ML.NET's own wording.
    private static ArgumentOutOfRangeException Missing(string parameter, AdaFormerUpscalingOptions options) =>
        new(parameter, $"Could not find input column '{options.Input}'");

    private static ArgumentOutOfRangeException Mismatch(string parameter, AdaFormerUpscalingOptions options, string? found) =>
        Mismatch(parameter, options.Input, Expected(options.VectorLayout), found);

    internal static ArgumentOutOfRangeException Mismatch(string parameter, string column, string expected, string? found) =>
        new(parameter, $"Schema mismatch for input column '{column}': expected {expected}, got {found}");

    private static string Expected(PixelVectorLayout? layout) => layout is null
        ? "image"
        : $"known-size vector of {(layout.Maximum == byte.MaxValue ? "Byte or Single" : "Single")} with {layout.Width}×{layout.Height}×{layout.Channels} = {layout.Length} values";
}
