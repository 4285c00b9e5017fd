using System.Text.Json.Serialization;
using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Options for upscaling a picture.</summary>
public sealed record UpscaleOptions
{
    /// <summary>Trades speed for quality: lower halts tokens earlier, a very large value halts nothing. Default: the model's own.</summary>
    public float? HaltingThreshold { get; init; }

    /// <summary>
    /// Largest side of a tile in input pixels, overlap included; larger pictures are upscaled tile by tile. A given size is never changed,
    /// and an error for a model of other makers that takes one size only.
    /// Default: <see langword="null"/>, 512 or what the memory budget allows, and smaller if memory runs out.
    /// </summary>
    public int? TileSize { get; init; }

    /// <summary>
    /// Input pixels that a tile sees beyond the part that it contributes, on each side where the picture goes on. Default:
    /// <see langword="null"/>, the model's recommendation: for AdaFormer the reach of its convolutions, rounded up to whole windows (<c>docs/tiling.md</c>).
    /// </summary>
    public int? TileOverlap { get; init; }

    /// <summary>
    /// Memory in bytes that upscaling may add on the CPU: the network's tensors, and the output pictures and strips. Reserves of ONNX
    /// Runtime and the garbage collector come on top, see <c>docs/reliability.md</c>. Default: <see langword="null"/>, half of the memory
    /// available to the process, where possible.
    /// </summary>
    public long? MemoryBudget { get; init; }

    /// <summary>A second model for the parts of a picture where it pays. Default: <see langword="null"/>, none.</summary>
    [JsonIgnore]
    public Refinement? Refinement { get; init; }

    /// <summary>Rejects tiles that a model cannot work with, as <see cref="Upscaler"/> does.</summary>
    /// <param name="model">The model's description.</param>
    /// <exception cref="ArgumentException">The tile size leaves no room besides the overlap, or the memory budget is too small for any tile.</exception>
    public void Check(ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Refinement?.Check();
        TilePlan.Check(this, model);
    }

    /// <summary>Options for running the whole picture through the network at once, as benchmarks do; in tiles if the model takes one size only.</summary>
    internal static UpscaleOptions Whole(Picture picture, ModelDescription model, float? haltingThreshold) => new()
    {
        HaltingThreshold = haltingThreshold,
        TileSize = model.Pixels.IsFixed ? null : Math.Max(Math.Max(TilePlan.LargestTile, (2 * model.TileOverlap) + model.SizeMultiple), Math.Max(picture.Width, picture.Height)),
    };
}
