namespace AdaFormer.Export.Architectures;

/// <summary>What a network says of itself: the same facts for every architecture.</summary>
public sealed record NetworkDescription
{
    /// <summary>The architecture's name, such as <c>etds</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The name of the published network with these sizes, such as <c>l</c>, or <c>custom</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>How many times wider and higher the output is.</summary>
    public required int Scale { get; init; }

    /// <summary>Number of weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds for each low-resolution pixel of a large picture. Left out: what only adds, and activations.</summary>
    public required long MultiplyAddsPerPixel { get; init; }

    /// <summary>Width of the network's features in channels.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>
    /// Memory in bytes that a run takes for each input pixel on the CPU, a little more than measured.
    /// </summary>
    public required int BytesPerPixel { get; init; }

    /// <summary>The network works on sizes that this divides, and pads others itself; tiles should begin at multiples of it. Default: 1.</summary>
    public int SizeMultiple { get; init; } = 1;

    /// <summary>Input pixels that a tile should see beyond the part that it contributes, so that hardly a seam remains. Default: 32.</summary>
    public int TileOverlap { get; init; } = 32;

    /// <summary>What the network can be exported in. Default: fp32 alone.</summary>
    public IReadOnlyList<string> Precisions { get; init; } = ["fp32"];

    /// <summary>Whether tokens leave early by a threshold. Default: no.</summary>
    public bool Halts { get; init; }
}
