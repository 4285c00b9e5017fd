using System.Globalization;
using AdaFormer.Export.Onnx;
using AdaFormer.Export.Weights;
using static AdaFormer.Export.Onnx.TensorProto.Types;

namespace AdaFormer.Export.Architectures;

/// <summary>An AdaFormer network of given sizes.</summary>
internal sealed class AdaFormerNetwork(AdaFormerConfiguration configuration) : Network
{
    public override IReadOnlyDictionary<string, long[]> Shapes { get; } = AdaFormerShapes.Of(configuration);

    public override NetworkDescription Description => new()
    {
        Architecture = AdaFormerConfiguration.Architecture,
        Preset = configuration.PresetName,
        Scale = configuration.Scale,
        Parameters = CountParameters(),
        MultiplyAddsPerPixel = configuration.MultiplyAddsPerPixel,
        FeatureWidth = Math.Max(configuration.Channels, configuration.Embed),
        BytesPerPixel = BytesPerPixel(),
        // Head, upsampler, and two convolutions per residual block, each of which adds one pixel to the receptive field.
        TileOverlap = 2 + (2 * (configuration.EncoderBlocks + configuration.DecoderBlocks)),
        SizeMultiple = configuration.SizeMultiple,
        Precisions = ["fp32", "fp16", "int8"],
        Blocks = configuration.Blocks,
    };

    // The maximum of the convolutions' memory and the transformer's, during which the encoder's features are held.
    private int BytesPerPixel()
    {
        var (c, tokenPixels) = (configuration, configuration.TokenStride * configuration.TokenStride);
        return (30 * c.Scale * c.Scale) + Math.Max(28 * c.Channels, (12 * c.Channels) + (60 * c.Embed / tokenPixels));
    }

    public override IReadOnlyDictionary<string, string> Metadata(ExportOptions options) => new Dictionary<string, string>(Description.ToMetadata().Concat(configuration.ToMetadata()).DistinctBy(pair => pair.Key))
    {
        ["halting_threshold"] = options.HaltingThreshold.ToString("R", CultureInfo.InvariantCulture),
    };

    public override GraphProto BuildGraph(WeightSet weights, ExportOptions options, bool observed)
    {
        IResidualBlocks residuals = options.ActivationRanges is { } ranges ? new QuantizedResiduals(weights, ranges) : new FloatResiduals(weights, observed);
        return new AdaFormerGraph(configuration, weights, residuals).Build(options.HaltingThreshold, options.FixedSize, options.Float16 ? DataType.Float16 : DataType.Float);
    }
}

/// <summary>AdaFormer, whose weights files contain its sizes in metadata: the number of heads cannot be deduced from shapes.</summary>
internal sealed class AdaFormerArchitecture : IArchitecture
{
    public string Name => AdaFormerConfiguration.Architecture;

    public Network? Recognize(Checkpoint checkpoint)
    {
        var named = checkpoint.Metadata.TryGetValue("architecture", out var architecture) && architecture == Name;
        if (!named && !checkpoint.Has("body.confidence.conv1.weight"))
            return null;
        if (checkpoint.Metadata.TryGetValue(AdaFormerConfiguration.AblationKey, out var ablation))
        {
            throw new WeightsFormatException(
                $"The weights are of an ablation, which cannot be exported: {ablation}. Export weights that were trained without one.");
        }

        return new AdaFormerNetwork(AdaFormerConfiguration.FromMetadata(checkpoint.Metadata));
    }
}
