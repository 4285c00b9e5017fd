using System.Collections.Concurrent;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Columns;

/// <summary>
/// Our transform as a chain of ML.NET's own, because nothing else can be saved and loaded from outside of ML.NET: a key → the
/// configuration, looked up by it → a custom mapping, which finds everything it needs in its row → images of the right type, vectors.
/// </summary>
internal sealed class UpscalingChain(TransformsCatalog catalog, AdaFormerUpscalingOptions options, LoadedModel model)
{
    // The limit of ImageDataViewType.
    private const int MaximumPixels = int.MaxValue / 4;

    // Once per column, since its estimator writes the models into ML.NET's own file format.
    private readonly ConcurrentDictionary<InputColumn, Step> _configurations = [];
    private readonly int _log = PipelineLog.Begin(catalog);

    /// <summary>Fits all steps.</summary>
    /// <returns>The chain, and the chain to save.</returns>
    public (ITransformer Chain, ITransformer Saved) Fit(IDataView data, InputColumn input)
    {
        var (transformers, saved) = (new List<ITransformer>(), new List<ITransformer>());
        foreach (var step in Steps(input))
        {
            transformers.Add(step.Fit(data));
            saved.Add(step.Saved?.Fit(data) ?? transformers[^1]);
            data = transformers[^1].Transform(data);
        }

        PipelineLog.Tell(_log, $"Column '{options.OutputColumnName}': {model.Named}.");
        foreach (var assumption in model.Assumptions)
            PipelineLog.Tell(_log, $"Column '{options.OutputColumnName}': {assumption}");
        return (new TransformerChain<ITransformer>([.. transformers]), new TransformerChain<ITransformer>([.. saved]));
    }

    public SchemaShape GetOutputSchema(SchemaShape shape, InputColumn input) =>
        Steps(input).Aggregate(shape, (current, step) => step.GetOutputSchema(current));

    private IEnumerable<Step> Steps(InputColumn input)
    {
        var (width, height) = (input.Width * (long)model.Description.Scale, input.Height * (long)model.Description.Scale);
        if (width * height > MaximumPixels)
            throw new ArgumentOutOfRangeException("input", $"Column '{options.OutputColumnName}' would have images of {width}×{height} pixels; ML.NET's images of known size have at most {MaximumPixels}. Use a column of unknown size, or smaller images.");

        yield return new Step(catalog.CustomMapping<NoColumns, KeyRow>(KeyFactory.Map, Contract.Key));
        yield return _configurations.GetOrAdd(input, column => Step.Lookup(HiddenColumn.Configuration, HiddenColumn.Key, KeyRow.Only, model.Configure(options, column).Write()));
        yield return Step.Lookup(HiddenColumn.Device, HiddenColumn.Key, KeyRow.Only, DeviceChoice.Of(options.ModelOptions, _log).Write(), DeviceChoice.WhenLoaded);
        if (input.Kind.HoldsImages && input.HasSize)
        {
            foreach (var digit in SavedSize.Write(catalog, input.Width, input.Height))
                yield return new Step(digit);
        }

        yield return new Step(catalog.CopyColumns(input.Kind.Input, options.Input));
        yield return input.Kind.Mapping(catalog);
        foreach (var step in input.Kind.Finish(catalog, options, (int)width, (int)height))
            yield return step;
        foreach (var step in ExtraColumns(input))
            yield return step;
        yield return new Step(catalog.DropColumns(Hidden(input)));
    }

    private IEnumerable<Step> ExtraColumns(InputColumn input)
    {
        if (options.HaltedShareColumnName is { } share)
            yield return new Step(catalog.CopyColumns(share, HiddenColumn.Share));
        if (options.HaltingDepthColumnName is not { } depth)
            yield break;
        if (input.HasSize)
        {
            yield return new Step(catalog.ResizeImages(HiddenColumn.DepthImage, input.Width, input.Height, HiddenColumn.DepthImage, ImageResizingEstimator.ResizingKind.Fill));
            yield return new Step(catalog.ExtractPixels(depth, HiddenColumn.DepthImage, ImagePixelExtractingEstimator.ColorBits.Red));
        }
        else
            yield return new Step(catalog.CopyColumns(depth, HiddenColumn.Depth));
    }

    private static string[] Hidden(InputColumn input) =>
    [
        HiddenColumn.Key, HiddenColumn.Configuration, HiddenColumn.Device, HiddenColumn.Upscaled, HiddenColumn.Depth, HiddenColumn.DepthImage, HiddenColumn.Share,
        input.Kind.Input, .. input.Kind.Intermediate,
    ];
}
