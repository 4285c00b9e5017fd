using System.Numerics;
using AdaFormer.MLNet.Mapping;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Columns;

/// <summary>Columns of vectors, whose <see cref="PixelVectorLayout"/> is set in the options.</summary>
internal abstract class VectorColumns : ColumnKind
{
    public sealed override string Input => HiddenColumn.Pixels;

    public sealed override IEnumerable<string> Intermediate => [HiddenColumn.UpscaledSized];

    /// <summary>The type of the vectors' items.</summary>
    protected abstract DataViewType Item { get; }

    /// <summary>Whether the items are floats.</summary>
    protected abstract bool AreFloats { get; }

    public sealed override InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options) =>
        options.VectorLayout is { } layout && item == Item && (length == -1 || length == layout.Length) && (AreFloats || layout.Maximum == byte.MaxValue)
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

    protected static void Map<T>(VBuffer<T> pixels, string configuration, string device, UpscaledRow output) where T : INumber<T>
    {
        if (pixels.Length == 0)
            UpscalingMapping.WriteNothing(configuration, output);
        else
            UpscalingMapping.Upscale(configuration, device, layout => PixelVector.Read(pixels, layout!), MLPixelFormat.Rgba32, null, output);
    }
}

/// <summary>Vectors of bytes.</summary>
internal sealed class ByteVectors : VectorColumns
{
    private const string Contract = "AdaFormer.UpscaleBytes";

    protected override DataViewType Item => NumberDataViewType.Byte;

    protected override bool AreFloats => false;

    public override Step Mapping(TransformsCatalog catalog) => Step.Custom<Row, UpscaledRow>(catalog, Map, Contract);

    private static void Map(Row input, UpscaledRow output) => Map(input.Pixels, input.Configuration, input.Device, output);

    private sealed class Row
    {
        [ColumnName(HiddenColumn.Pixels)]
        public VBuffer<byte> Pixels { get; set; }

        [ColumnName(HiddenColumn.Configuration)]
        public string Configuration { get; set; } = "";

        [ColumnName(HiddenColumn.Device)]
        public string Device { get; set; } = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : CustomMappingFactory<Row, UpscaledRow>
    {
        public override Action<Row, UpscaledRow> GetMapping() => Map;
    }
}

/// <summary>Vectors of floats.</summary>
internal sealed class FloatVectors : VectorColumns
{
    private const string Contract = "AdaFormer.UpscaleFloats";

    protected override DataViewType Item => NumberDataViewType.Single;

    protected override bool AreFloats => true;

    public override Step Mapping(TransformsCatalog catalog) => Step.Custom<Row, UpscaledRow>(catalog, Map, Contract);

    private static void Map(Row input, UpscaledRow output) => Map(input.Pixels, input.Configuration, input.Device, output);

    private sealed class Row
    {
        [ColumnName(HiddenColumn.Pixels)]
        public VBuffer<float> Pixels { get; set; }

        [ColumnName(HiddenColumn.Configuration)]
        public string Configuration { get; set; } = "";

        [ColumnName(HiddenColumn.Device)]
        public string Device { get; set; } = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : CustomMappingFactory<Row, UpscaledRow>
    {
        public override Action<Row, UpscaledRow> GetMapping() => Map;
    }
}
