using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>How a picture is upscaled.</summary>
public sealed class UpscaleOptions
{
    private const int DefaultTileSize = 512;

    /// <summary>Dial between speed and quality: lower halts tokens earlier, a very large value halts nothing. Default: the model's own.</summary>
    public float? HaltingThreshold { get; init; }

    /// <summary>
    /// Largest side of a tile in input pixels, overlap included; larger pictures are upscaled tile by tile. Default: 512.
    /// </summary>
    public int TileSize { get; init; } = DefaultTileSize;

    /// <summary>
    /// Input pixels that a tile sees beyond the part that it contributes, on each side where the picture goes on. Default:
    /// <see langword="null"/>, what the model advises, 32 for AdaFormer.
    /// </summary>
    public int? TileOverlap { get; init; }

    /// <summary>
    /// Memory in bytes that the network's own tensors may take for a tile on the CPU; where <see cref="TileSize"/> would take more, tiles are
    /// smaller. The pictures, and what ONNX Runtime and the collector hold in reserve, come on top: measured, 100 to 140 MB beside the
    /// result. Default: <see langword="null"/>, no budget.
    /// </summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Refuses tiles that a model cannot work with, as <see cref="Upscaler"/> does.</summary>
    /// <param name="model">What the model says of itself.</param>
    /// <exception cref="ArgumentException">The tile size, or what the memory budget allows of it, leaves nothing beside the overlap.</exception>
    public void Check(ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var overlap = OverlapFor(model);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap, nameof(TileOverlap));
        var smallest = (2 * ((overlap + model.Window - 1L) / model.Window) + 1) * model.Window;
        if (TileSize < smallest)
            throw new ArgumentException($"A tile size of {TileSize} leaves no pixels beside an overlap of {overlap}; expected at least {smallest}.", nameof(TileSize));
        if (TileSizeWithin(model) < smallest)
            throw new ArgumentException($"A memory budget of {MemoryBudget / 1e6:F0} MB leaves no pixels beside an overlap of {overlap}; expected at least {Math.Ceiling(smallest * smallest * model.BytesPerPixel / 1e6)} MB, or less overlap.", nameof(MemoryBudget));
    }

    internal int OverlapFor(ModelDescription model) => TileOverlap ?? model.TileOverlap;

    /// <summary>The largest side of a tile that keeps to both the tile size and the memory budget.</summary>
    internal int TileSizeWithin(ModelDescription model) =>
        (int)Math.Min(TileSize, Math.Sqrt(Math.Max(0, MemoryBudget ?? long.MaxValue) / (double)model.BytesPerPixel));

    /// <summary>Options by which a picture goes through the network in one piece, as benchmarks ask for.</summary>
    internal static UpscaleOptions Whole(Picture picture, float? haltingThreshold) =>
        new() { HaltingThreshold = haltingThreshold, TileSize = Math.Max(DefaultTileSize, Math.Max(picture.Width, picture.Height)) };
}
