using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>How a picture is upscaled.</summary>
public sealed record UpscaleOptions
{
    private const int LargestTile = 512;

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
        if (TileOverlap is < 0)
            throw new ArgumentOutOfRangeException(nameof(TileOverlap), TileOverlap, "Expected 0 or more.");
        var smallest = (2L * OverlapIn(model)) + model.Window;
        if (TileSize < smallest)
            throw new ArgumentException($"A tile size of {TileSize} leaves no pixels beside an overlap of {OverlapIn(model)}; expected at least {smallest}.", nameof(TileSize));
        var needed = model.BytesPerPixel * SmallestTile(model) * SmallestTile(model);
        if (TileSize is null && MemoryBudget < needed)
            throw new ArgumentException($"A memory budget of {Megabytes(MemoryBudget.Value)} is too small for tiles with an overlap of {OverlapIn(model)}; expected at least {Megabytes(needed)}, or less overlap.", nameof(MemoryBudget));
    }

    /// <summary>The side of the tiles: what was asked for, or the largest that the memory budget allows.</summary>
    /// <exception cref="UpscalingException">The memory budget is too small.</exception>
    internal int ChooseTileSize(ModelDescription model, MemoryNeed need)
    {
        var budget = MemoryBudget ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        if (TileSize is { } size)
        {
            return MemoryBudget is null || need.At(size) <= budget
                ? size
                : throw new UpscalingException($"With tiles of {size} pixels this picture needs {Megabytes(need.At(size))}, more than the memory budget of {Megabytes(budget)}. Ask for smaller tiles, or for none, so that they are chosen.");
        }

        var smallest = (int)SmallestTile(model);
        size = LargestTile / model.Window * model.Window;
        while (size > smallest && need.At(size) > budget)
            size -= model.Window;
        return MemoryBudget is null || need.At(size) <= budget
            ? size
            : throw new UpscalingException($"This picture needs {Megabytes(need.At(size))} even with the smallest tiles, {size} pixels, more than the memory budget of {Megabytes(budget)}. Raise the budget, or write a PNG, which is written in strips.");
    }

    /// <summary>The overlap asked for or advised, as a multiple of the window.</summary>
    internal int OverlapIn(ModelDescription model) => ((TileOverlap ?? model.TileOverlap) + model.Window - 1) / model.Window * model.Window;

    /// <summary>Options by which a picture goes through the network in one piece, as benchmarks ask for.</summary>
    internal static UpscaleOptions Whole(Picture picture, float? haltingThreshold) =>
        new() { HaltingThreshold = haltingThreshold, TileSize = Math.Max(LargestTile, Math.Max(picture.Width, picture.Height)) };

    // Smaller ones would compute more than four pixels for each that they contribute.
    private long SmallestTile(ModelDescription model) => Math.Max(model.Window, 4L * OverlapIn(model));

    private static string Megabytes(long bytes) => $"{Math.Ceiling(bytes / 1e6)} MB";
}
