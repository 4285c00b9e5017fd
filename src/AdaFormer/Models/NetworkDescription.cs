using System.Globalization;

namespace AdaFormer;

/// <summary>Properties and requirements of a network: the same facts for every architecture, in the metadata of its ONNX file.</summary>
public record NetworkDescription
{
    /// <summary>The architecture's name, such as <c>adaformer</c> or <c>etds</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The name of the published network with these sizes, such as <c>tiny</c>, or <c>custom</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>How many times wider and higher the output is, 1 to 8; 1: the network repairs pictures and keeps their size.</summary>
    public required int Scale { get; init; }

    /// <summary>Number of transformer blocks that a token can go through, the largest halting depth. Default: 0, the network does not halt.</summary>
    public int Blocks { get; init; }

    /// <summary>Whether tokens leave the network early by a threshold, which gives a halting depth.</summary>
    public bool Halts => Blocks > 0;

    /// <summary>Number of weights; 0 in files without it.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds per low-resolution pixel of a large picture when nothing is halted; 0 in files without it. Pure additions and activations are not counted.</summary>
    public required long MultiplyAddsPerPixel { get; init; }

    /// <summary>Width of the network's features in channels; for a transformer, the larger of its channels and its tokens; 0 if unknown.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>Memory in bytes that a run takes per input pixel on the CPU, slightly above the measured value.</summary>
    public required long BytesPerPixel { get; init; }

    /// <summary>The network works on sizes in pixels that are multiples of this, and pads others itself; tiles begin at multiples of it. Default: 1.</summary>
    public int SizeMultiple { get; init; } = 1;

    /// <summary>Input pixels that a tile should see beyond the part that it contributes, so that hardly any seam is visible. Default: 32.</summary>
    public int TileOverlap { get; init; } = 32;

    /// <summary>The precisions that its weights can be exported in; for a model, the one it computes in. Default: <c>fp32</c> only.</summary>
    public IReadOnlyList<string> Precisions { get; init; } = ["fp32"];

    /// <summary>Converts these facts, except the precisions, to metadata of an ONNX file.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["architecture"] = Architecture,
            ["preset"] = Preset,
            ["scale"] = Text(Scale),
            ["parameters"] = Text(Parameters),
            ["multiply_adds_per_pixel"] = Text(MultiplyAddsPerPixel),
            ["feature_width"] = Text(FeatureWidth),
            ["bytes_per_pixel"] = Text(BytesPerPixel),
            ["size_multiple"] = Text(SizeMultiple),
            ["tile_overlap"] = Text(TileOverlap),
        };
        if (Halts)
            metadata["blocks"] = Text(Blocks);
        return metadata;

        static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
