using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>How a picture is upscaled.</summary>
public sealed record UpscaleOptions
{
    /// <summary>Dial between speed and quality: lower halts tokens earlier, a very large value halts nothing. Default: the model's own.</summary>
    public float? HaltingThreshold { get; init; }

    /// <summary>
    /// Largest side of a tile in input pixels, overlap included; larger pictures are upscaled tile by tile. A size that is given is kept to.
    /// Default: <see langword="null"/>, 512 or what the memory budget allows, and smaller where memory runs out.
    /// </summary>
    public int? TileSize { get; init; }

    /// <summary>
    /// Input pixels that a tile sees beyond the part that it contributes, on each side where the picture goes on. Default:
    /// <see langword="null"/>, what the model advises: for AdaFormer what its convolutions reach, rounded up to whole windows (<c>docs/tiling.md</c>).
    /// </summary>
    public int? TileOverlap { get; init; }

    /// <summary>
    /// Memory in bytes that upscaling may add on the CPU: the network's tensors, and the pictures and strips that are made. What ONNX
    /// Runtime and the collector hold in reserve comes on top, see <c>docs/reliability.md</c>. Default: <see langword="null"/>, half of
    /// the memory that the process may use, as far as that can be kept.
    /// </summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Refuses tiles that a model cannot work with, as <see cref="Upscaler"/> does.</summary>
    /// <param name="model">What the model says of itself.</param>
    /// <exception cref="ArgumentException">The tile size leaves nothing beside the overlap, or the memory budget is too small for any tile.</exception>
    public void Check(ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(model);
        TilePlan.Check(this, model);
    }

    /// <summary>Options by which a picture goes through the network in one piece, as benchmarks ask for.</summary>
    internal static UpscaleOptions Whole(Picture picture, float? haltingThreshold) =>
        new() { HaltingThreshold = haltingThreshold, TileSize = Math.Max(TilePlan.LargestTile, Math.Max(picture.Width, picture.Height)) };
}
