namespace AdaFormer.Export.Architectures.NgSwin;

/// <summary>A row of blocks at one resolution.</summary>
internal sealed record NgSwinStage(string Name, int Blocks, int Heads);

/// <summary>The sizes of an NGswin.</summary>
internal sealed record NgSwinSizes
{
    /// <summary>The stages' names: three of the encoder, each at half the resolution of the one before, and the decoder at the full one.</summary>
    public static readonly string[] StageNames = ["encoder_layer1", "encoder_layer2", "encoder_layer3", "decoder_layer1"];

    public required int Scale { get; init; }

    public required int Channels { get; init; }

    /// <summary>Hidden width of the feed-forward layers.</summary>
    public required int Hidden { get; init; }

    /// <summary>Side of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Side of an n-gram, in windows.</summary>
    public required int NGram { get; init; }

    public required NgSwinStage[] Stages { get; init; }

    /// <summary>Channels of the encoder's stages side by side, once shuffled to the full resolution.</summary>
    public int Joined => Channels + (Channels / 4) + (Channels / 16);

    public bool IsLight => (Channels, Hidden, Window, NGram) == (64, 128, 8, 2)
        && Stages.Select(stage => (stage.Blocks, stage.Heads)).SequenceEqual([(6, 6), (4, 4), (4, 4), (6, 6)]);

    /// <summary>How many times coarser than the picture a stage is, each way.</summary>
    public static int Reduction(int stage) => stage switch { 1 => 2, 2 => 4, _ => 1 };
}
