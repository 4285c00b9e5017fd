using AdaFormer.MLNet.Mapping;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Columns;

/// <summary>What an input column holds.</summary>
internal enum InputKind
{
    Images,
    Bytes,
    Floats,
}

/// <summary>The input column: its kind and, where they are known, its images' width and height, else 0.</summary>
internal sealed record InputColumn(InputKind Kind, int Width, int Height)
{
    public bool HasSize => Width > 0;

    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it has another type.</exception>
    public static InputColumn Of(DataViewSchema inputSchema, AdaFormerUpscalingOptions options)
    {
        var type = inputSchema.GetColumnOrNull(options.Input)?.Type ?? throw Missing(nameof(inputSchema), options);
        if (options.VectorLayout is not { } layout)
            return type is ImageDataViewType image ? OfImages(image) : throw Mismatch(nameof(inputSchema), options, type.ToString());
        return type is VectorDataViewType vector && vector.Size == layout.Length
            ? OfVector(vector.ItemType, options) ?? throw Mismatch(nameof(inputSchema), options, type.ToString())
            : throw Mismatch(nameof(inputSchema), options, type.ToString());
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it has another type.</exception>
    public static InputColumn Of(SchemaShape inputSchema, AdaFormerUpscalingOptions options)
    {
        var column = inputSchema.Where(column => column.Name == options.Input).Select(column => (SchemaShape.Column?)column).FirstOrDefault()
            ?? throw Missing(nameof(inputSchema), options);
        var found = column.Kind == SchemaShape.Column.VectorKind.Scalar ? column.ItemType.ToString() : $"{column.Kind} of {column.ItemType}";
        if (options.VectorLayout is null)
            return column is { Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: ImageDataViewType image } ? OfImages(image) : throw Mismatch(nameof(inputSchema), options, found);
        return column.Kind == SchemaShape.Column.VectorKind.Vector
            ? OfVector(column.ItemType, options) ?? throw Mismatch(nameof(inputSchema), options, found)
            : throw Mismatch(nameof(inputSchema), options, found);
    }

    /// <summary>Whether a chain fitted to this column can take another one.</summary>
    public bool Accepts(InputColumn other) => this == other || (Kind == InputKind.Images && other.Kind == InputKind.Images);

    public override string ToString() => HasSize ? $"Image<{Height}, {Width}>" : "Image";

    private static InputColumn OfImages(ImageDataViewType type)
    {
        if (type.Width > 0)
            ImageTypes.Register(type.Width, type.Height);
        return new InputColumn(InputKind.Images, type.Width, type.Height);
    }

    private static InputColumn? OfVector(DataViewType item, AdaFormerUpscalingOptions options)
    {
        var (width, height) = (options.VectorLayout!.Width, options.VectorLayout.Height);
        if (item == NumberDataViewType.Single)
            return new InputColumn(InputKind.Floats, width, height);
        return item == NumberDataViewType.Byte && options.VectorLayout.Maximum == byte.MaxValue ? new InputColumn(InputKind.Bytes, width, height) : null;
    }

    // ML.NET's own words.
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
