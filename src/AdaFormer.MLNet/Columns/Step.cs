using Microsoft.ML;

namespace AdaFormer.MLNet.Columns;

/// <summary>
/// One stock transform of the chain. A custom mapping's estimator compares image types by reference and so accepts no column created by a
/// transform; it is fitted to empty data of its own instead, and the resulting transformer accepts any.
/// </summary>
internal sealed class Step(IEstimator<ITransformer> estimator, IDataView? ownData = null, SchemaShape? ownShape = null)
{
    private static readonly MLContext Context = new();

    /// <summary>A custom mapping.</summary>
    public static Step Custom<TSource, TTarget>(TransformsCatalog catalog, Action<TSource, TTarget> mapping, string contract)
        where TSource : class, new()
        where TTarget : class, new()
    {
        // The only public way to get the shape of a row.
        var shape = catalog.CustomMapping<Mapping.NoColumns, TSource>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        return new Step(catalog.CustomMapping(mapping, contract), Context.Data.LoadFromEnumerable(Array.Empty<TSource>()), shape);
    }

    /// <summary>Looks up a text by its key; a saved file contains another text in its place.</summary>
    public static Step Lookup(string output, string input, uint key, string text, string? savedText = null)
    {
        return new Step(Estimator(text)) { Saved = savedText is null ? null : new Step(Estimator(savedText)) };

        // Separate from the user's context, to which it would log how long each column took to be written.
        IEstimator<ITransformer> Estimator(string value) => Context.Transforms.Conversion.MapValue(output, [KeyValuePair.Create(key, value)], input);
    }

    /// <summary>The step that is saved in its place; null: itself.</summary>
    public Step? Saved { get; init; }

    public ITransformer Fit(IDataView data) => estimator.Fit(ownData ?? data);

    public SchemaShape GetOutputSchema(SchemaShape shape)
    {
        if (ownShape is null)
            return estimator.GetOutputSchema(shape);
        var own = ownShape.Select(column => column.Name).ToHashSet();
        var added = estimator.GetOutputSchema(ownShape).Where(column => !own.Contains(column.Name)).ToArray();
        return new SchemaShape(shape.Where(column => added.All(other => other.Name != column.Name)).Concat(added));
    }
}
