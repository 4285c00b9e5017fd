using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.Tests;

/// <summary>A file of an image.</summary>
public sealed class PathRow
{
    public string? Path { get; set; }
}

/// <summary>An image of unknown size.</summary>
public sealed class ImageRow
{
    public MLImage? Image { get; set; }
}

/// <summary>An image of a known size.</summary>
public sealed class SizedImageRow
{
    public const int Width = 12;
    public const int Height = 10;

    [ImageType(Height, Width)]
    public MLImage? Image { get; set; }
}

/// <summary>What pipelines of images give.</summary>
public sealed class LargeRow
{
    public MLImage? Large { get; set; }

    public float[]? Depth { get; set; }

    public float Share { get; set; }
}

/// <summary>An image only.</summary>
public sealed class LargeImageRow
{
    public MLImage? Large { get; set; }
}
