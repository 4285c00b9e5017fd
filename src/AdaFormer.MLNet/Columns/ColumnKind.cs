using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Columns;

/// <summary>A kind of column that holds images. Stateless; <see cref="All"/> lists them.</summary>
internal abstract class ColumnKind
{
    public static IReadOnlyList<ColumnKind> All { get; } = [new ImageColumns(), new ByteVectors(), new FloatVectors()];

    /// <summary>Whether its values are <see cref="MLImage"/>.</summary>
    public virtual bool HoldsImages => false;

    /// <summary>The hidden column that the mapping reads.</summary>
    public abstract string Input { get; }

    /// <summary>Hidden columns created by <see cref="Finish"/>.</summary>
    public virtual IEnumerable<string> Intermediate => [];

    /// <summary>The column, if it is of this kind and matches the options; else <see langword="null"/>.</summary>
    /// <param name="item">The type of the column; for a vector, of its items.</param>
    /// <param name="length">The length of a vector, 0 if it varies, −1 if it is not known here; <see langword="null"/>: it is not a vector.</param>
    /// <param name="options">The options.</param>
    public abstract InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options);

    /// <summary>The custom mapping from the hidden input to the hidden results.</summary>
    public abstract Step Mapping(TransformsCatalog catalog);

    /// <summary>Creates the output column from the upscaled images in <see cref="Mapping.HiddenColumn.Upscaled"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="width">The width of the results, or 0 if unknown.</param>
    /// <param name="height">Their height.</param>
    public abstract IEnumerable<Step> Finish(TransformsCatalog catalog, AdaFormerUpscalingOptions options, int width, int height);
}
