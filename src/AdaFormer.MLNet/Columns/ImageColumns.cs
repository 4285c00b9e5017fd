using AdaFormer.MLNet.Mapping;
using AdaFormer.MLNet.Pixels;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Columns;

/// <summary>Columns of <see cref="MLImage"/>, of known or unknown size.</summary>
internal sealed class ImageColumns : ColumnKind
{
    private const string Contract = "AdaFormer.UpscaleImage";

    public override bool HoldsImages => true;

    public override string Input => HiddenColumn.Image;

    public override InputColumn? Match(DataViewType item, int? length, AdaFormerUpscalingOptions options)
    {
        if (options.VectorLayout is not null || length is not null || item is not ImageDataViewType type)
            return null;
        if (type.Width > 0)
            ImageTypes.Register(type.Width, type.Height);
        return new InputColumn(this, type.Width, type.Height);
    }

    public override Step Mapping(TransformsCatalog catalog) => Step.Custom<ImageRow, UpscaledRow>(catalog, Map, Contract);

    // A custom mapping gives images of unknown size. Resizing them to their own size declares it, and disposes images in time.
    public override IEnumerable<Step> Finish(TransformsCatalog catalog, AdaFormerUpscalingOptions options, int width, int height)
    {
        yield return new Step(width == 0
            ? catalog.CopyColumns(options.OutputColumnName, HiddenColumn.Upscaled)
            : catalog.ResizeImages(options.OutputColumnName, width, height, HiddenColumn.Upscaled, ImageResizingEstimator.ResizingKind.Fill));
    }

    private static void Map(ImageRow input, UpscaledRow output)
    {
        if (input.Image is { Width: > 0, Height: > 0 } image)
            UpscalingMapping.Upscale(input.Configuration, input.Device, _ => ImageBytes.Read(image), image.PixelFormat, image.Tag, output);
        else
            UpscalingMapping.WriteNothing(input.Configuration, output);
    }

    /// <summary>An image and its configuration.</summary>
    private sealed class ImageRow : ConfiguredRow
    {
        [ColumnName(HiddenColumn.Image)]
        public MLImage? Image { get; set; }
    }

    /// <summary>Upscales images.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    private sealed class Factory : CustomMappingFactory<ImageRow, UpscaledRow>
    {
        public override Action<ImageRow, UpscaledRow> GetMapping() => Map;
    }
}
