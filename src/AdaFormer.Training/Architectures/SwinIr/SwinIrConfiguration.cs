namespace AdaFormer.Training.Architectures.SwinIr;

/// <summary>The sizes of a SwinIR network: the section <c>swinir</c> of a training configuration. The defaults are SwinIR-light's.</summary>
public sealed record SwinIrConfiguration : NetworkSizes
{
    /// <summary>Width of the features. Default: 60.</summary>
    public int Channels { get; init; } = 60;

    /// <summary>Blocks in each group. Default: 6, 6, 6, 6.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [6, 6, 6, 6];

    /// <summary>Attention heads; divides <see cref="Channels"/>. Default: 6.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Side of the attention windows in pixels; at least 2. Default: 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Hidden width of the MLP over <see cref="Channels"/>. Default: 2.</summary>
    public int MlpRatio { get; init; } = 2;

    /// <summary>
    /// Probability that the last block is dropped for an image in training; it rises linearly from 0 at the first. Default: 0.1, as in
    /// the authors' code.
    /// </summary>
    public double DropPath { get; init; } = 0.1;

    internal override void Validate()
    {
        Require("channels", Channels, 1, 1024);
        Require("depths", Depths, 1, 64);
        Require("window", Window, 2, 64);
        Require("mlp_ratio", MlpRatio, 1, 16);
        if (Heads < 1 || Channels % Heads != 0)
            throw new ArgumentException($"heads is {Heads}; expected a divisor of channels ({Channels}).");
        if (DropPath is not (>= 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant($"drop_path is {DropPath}; expected 0 or more, below 1."));
    }
}
