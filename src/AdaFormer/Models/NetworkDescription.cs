using System.Globalization;

namespace AdaFormer;

/// <summary>What a network is and needs: the same facts for every architecture, in the metadata of its ONNX file.</summary>
public record NetworkDescription
{
    /// <summary>The architecture's name, such as <c>adaformer</c> or <c>etds</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The name of the published network with these sizes, such as <c>tiny</c>, or <c>custom</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>How many times wider and higher the output is.</summary>
    public required int Scale { get; init; }

    /// <summary>Number of transformer blocks a token can go through, the largest halting depth. Default: 0, the network does not halt.</summary>
    public int Blocks { get; init; }

    /// <summary>Whether tokens leave the network early by a threshold, so that there is a halting depth.</summary>
    public bool Halts => Blocks > 0;

    /// <summary>Number of weights; 0 in files that do not say it.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds for each low-resolution pixel of a large picture when nothing is halted; 0 in files that do not say it. Left out: what only adds, and activations.</summary>
    public required long MultiplyAddsPerPixel { get; init; }

    /// <summary>Width of the network's features in channels: of a transformer's, the larger of its channels and its tokens.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>Memory in bytes that a run takes for each input pixel on the CPU, a little more than measured.</summary>
    public required long BytesPerPixel { get; init; }

    /// <summary>The network works on sizes in pixels that this divides, and pads others itself; tiles begin at multiples of it. Default: 1.</summary>
    public int SizeMultiple { get; init; } = 1;

    /// <summary>Input pixels that a tile should see beyond the part that it contributes, so that hardly a seam remains. Default: 32.</summary>
    public int TileOverlap { get; init; } = 32;

    /// <summary>What its weights can be exported in; of a model, what it computes in. Default: <c>fp32</c> alone.</summary>
    public IReadOnlyList<string> Precisions { get; init; } = ["fp32"];

    /// <summary>These facts as metadata of an ONNX file, all but the precisions.</summary>
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
