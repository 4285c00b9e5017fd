using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Columns;

/// <summary>A way in which columns hold images. Stateless; <see cref="All"/> lists them.</summary>
internal abstract class ColumnKind
{
    public static IReadOnlyList<ColumnKind> All { get; } = [new ImageColumns(), new ByteVectors(), new FloatVectors()];

    /// <summary>Whether its values are <see cref="MLImage"/>.</summary>
    public virtual bool HoldsImages => false;

    /// <summary>The hidden column that the mapping reads.</summary>
    public abstract string Input { get; }

    /// <summary>Hidden columns that <see cref="Finish"/> makes.</summary>
    public virtual IEnumerable<string> Intermediate => [];

    /// <summary>The column where it is of this kind and as the options want it; else <see langword="null"/>.</summary>
    /// <param name="item">The type of the column, of a vector that of its items.</param>
    /// <param name="length">The length of a vector, 0 where it varies, −1 where it is not known here; <see langword="null"/>: it is no vector.</param>
    /// <param name="options">The options.</param>
    public abstract InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options);

    /// <summary>The custom mapping from the hidden input to the hidden results.</summary>
    public abstract Step Mapping(TransformsCatalog catalog);

    /// <summary>Makes the output column of the upscaled images, which are in <see cref="Mapping.HiddenColumn.Upscaled"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="width">The width of the results, or 0 where it is not known.</param>
    /// <param name="height">Their height.</param>
    public abstract IEnumerable<Step> Finish(TransformsCatalog catalog, AdaFormerUpscalingOptions options, int width, int height);
}
