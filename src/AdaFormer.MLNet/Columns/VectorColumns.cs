using System.Numerics;
using AdaFormer.MLNet.Mapping;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Columns;

/// <summary>Columns of vectors, whose <see cref="PixelVectorLayout"/> is set in the options.</summary>
/// <param name="contract">The name of the mapping in saved pipelines.</param>
/// <param name="type">The type of the vectors' items.</param>
internal abstract class VectorColumns<T>(string contract, DataViewType type) : ColumnKind
    where T : INumber<T>
{
    private static readonly bool AreFloats = typeof(T) == typeof(float);

    public sealed override string Input => HiddenColumn.Pixels;

    public sealed override IEnumerable<string> Intermediate => [HiddenColumn.UpscaledSized];

    public sealed override InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options) =>
        options.VectorLayout is { } layout && item == type && (length == -1 || length == layout.Length) && (AreFloats || layout.Maximum == byte.MaxValue)
            ? new InputColumn(this, layout.Width, layout.Height)
            : null;

    public sealed override IEnumerable<Step> Finish(TransformsCatalog catalog, AdaFormerUpscalingOptions options, int width, int height)
    {
        var layout = options.VectorLayout!;
        var colors = layout.Channels switch
        {
            1 => ImagePixelExtractingEstimator.ColorBits.Red,
            3 => ImagePixelExtractingEstimator.ColorBits.Rgb,
            _ => ImagePixelExtractingEstimator.ColorBits.All,
        };
        yield return new Step(catalog.ResizeImages(HiddenColumn.UpscaledSized, width, height, HiddenColumn.Upscaled, ImageResizingEstimator.ResizingKind.Fill));
        yield return new Step(catalog.ExtractPixels(
            options.OutputColumnName,
            HiddenColumn.UpscaledSized,
            colors,
            ImagePixelExtractingEstimator.ColorsOrder.ARGB,
            layout.Interleaved,
            scaleImage: layout.Maximum / byte.MaxValue,
            outputAsFloatArray: AreFloats));
    }

    public sealed override Step Mapping(TransformsCatalog catalog) => Step.Custom<Row, UpscaledRow>(catalog, Map, contract);

    private static void Map(Row input, UpscaledRow output)
    {
        if (input.Pixels.Length == 0)
            UpscalingMapping.WriteNothing(input.Configuration, output);
        else
            UpscalingMapping.Upscale(input.Configuration, input.Device, layout => PixelVector.Read(input.Pixels, layout!), MLPixelFormat.Rgba32, null, output);
    }

    /// <summary>A vector and its configuration.</summary>
    protected sealed class Row : ConfiguredRow
    {
        [ColumnName(HiddenColumn.Pixels)]
        public VBuffer<T> Pixels { get; set; }
    }

    /// <summary>Upscales vectors.</summary>
    protected abstract class MappingFactory : CustomMappingFactory<Row, UpscaledRow>
    {
        public sealed override Action<Row, UpscaledRow> GetMapping() => Map;
    }
}

/// <summary>Vectors of bytes.</summary>
internal sealed class ByteVectors() : VectorColumns<byte>(Contract, NumberDataViewType.Byte)
{
    private const string Contract = "AdaFormer.UpscaleBytes";

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : MappingFactory;
}

/// <summary>Vectors of floats.</summary>
internal sealed class FloatVectors() : VectorColumns<float>(Contract, NumberDataViewType.Single)
{
    private const string Contract = "AdaFormer.UpscaleFloats";

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : MappingFactory;
}
