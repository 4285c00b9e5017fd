using AdaFormer.MLNet.Columns;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet;

/// <summary>
/// Enlarges the images of a column with AdaFormer super-resolution. Rows are computed lazily; the model is loaded with the first of them,
/// once per process. Thread-safe.
/// </summary>
/// <remarks>
/// <para>A saved pipeline needs this assembly, but no registration, to be loaded. A loaded pipeline computes the same; it is a chain of
/// ML.NET's own transformers and not an object of this class. <see cref="AdaFormerDevice"/> sets its device.</para>
/// <para>An image of known size is a new one for every reader; one of unknown size is shared by all readers of a row.</para>
/// </remarks>
public sealed class AdaFormerUpscalingTransformer : ITransformer
{
    private readonly ITransformer _chain;
    private readonly ITransformer _saved;
    private readonly AdaFormerUpscalingOptions _options;
    private readonly InputColumn _fitted;

    internal AdaFormerUpscalingTransformer((ITransformer Chain, ITransformer Saved) chain, AdaFormerUpscalingOptions options, InputColumn fitted, ModelDescription model)
    {
        ((_chain, _saved), _options, _fitted) = (chain, options, fitted);
        Model = model;
    }

    /// <summary>The model's description: scale, weights, licence.</summary>
    public ModelDescription Model { get; }

    /// <summary>Column of the images.</summary>
    public string InputColumnName => _options.Input;

    /// <summary>Column of the enlarged images.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    /// <summary>Always true: a row depends on no other.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The output schema of <see cref="Transform"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has a different type than at fitting.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return _chain.GetOutputSchema(inputSchema);
    }

    /// <summary>The mapper that <c>PredictionEngine</c> uses.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has a different type than at fitting.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        var mapper = _chain.GetRowToRowMapper(inputSchema);
        return HasSizedImages ? MissingImages.In(mapper, OutputColumnName) : mapper;
    }

    /// <summary>The data with the output columns. Nothing is computed until one of them is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has a different type than at fitting.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Schema);
        var data = _chain.Transform(input);
        return HasSizedImages ? MissingImages.In(data, OutputColumnName) : data;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _saved.Save(ctx);

    private bool HasSizedImages => _fitted is { Kind.HoldsImages: true, HasSize: true };

    private void Check(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = InputColumn.Of(inputSchema, _options);
        if (!_fitted.Accepts(column))
            throw InputColumn.Mismatch(nameof(inputSchema), InputColumnName, $"{_fitted} as when it was fitted", column.ToString());
    }
}
