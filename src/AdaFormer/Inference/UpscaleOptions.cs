using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>How a picture is upscaled.</summary>
public sealed class UpscaleOptions
{
    /// <summary>Dial between speed and quality: lower halts tokens earlier, a very large value halts nothing. Default: the model's own.</summary>
    public float? HaltingThreshold { get; init; }

    /// <summary>
    /// Largest side of a tile in input pixels, overlap included; larger pictures are upscaled tile by tile. Default: 512.
    /// </summary>
    public int TileSize { get; init; } = 512;

    /// <summary>Input pixels that a tile sees beyond the part that it contributes, on each side where the picture goes on. Default: 32.</summary>
    public int TileOverlap { get; init; } = 32;

    /// <summary>Refuses tiles that a model cannot work with, as <see cref="Upscaler"/> does.</summary>
    /// <param name="model">What the model says of itself.</param>
    /// <exception cref="ArgumentException">The tile size leaves nothing beside the overlap.</exception>
    public void Check(ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(TileOverlap, nameof(TileOverlap));
        var smallest = (2 * ((TileOverlap + model.Window - 1L) / model.Window) + 1) * model.Window;
        if (TileSize < smallest)
            throw new ArgumentException($"A tile size of {TileSize} leaves no pixels beside an overlap of {TileOverlap}; expected at least {smallest}.", nameof(TileSize));
    }

    /// <summary>Options by which a picture goes through the network in one piece, as benchmarks ask for.</summary>
    internal static UpscaleOptions Whole(Picture picture, float? haltingThreshold) =>
        new() { HaltingThreshold = haltingThreshold, TileSize = Math.Max(512, Math.Max(picture.Width, picture.Height)) };
}
