using AdaFormer.Imaging;

namespace AdaFormer.Batch;

/// <summary>One line of a batch's report, and of the journal in the output folder. Unknown values are <see langword="null"/>.</summary>
public sealed record BatchRecord
{
    /// <summary>When the record was written, in UTC.</summary>
    public DateTime Time { get; init; } = DateTime.UtcNow;

    /// <summary>Status of the picture.</summary>
    public required BatchStatus Status { get; init; }

    /// <summary>The input's path within the folder that was searched.</summary>
    public required string Input { get; init; }

    /// <summary>The output's path within the output folder.</summary>
    public required string Output { get; init; }

    /// <summary>Duration in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>SHA-256 of the input file, in hexadecimal.</summary>
    public string? InputSha256 { get; init; }

    /// <summary>SHA-256 of the output file, in hexadecimal.</summary>
    public string? OutputSha256 { get; init; }

    /// <summary>Length of the output file in bytes.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>When the output file was last written, in UTC.</summary>
    public DateTime? OutputModified { get; init; }

    /// <summary>Width of the input in pixels.</summary>
    public int? InputWidth { get; init; }

    /// <summary>Height of the input in pixels.</summary>
    public int? InputHeight { get; init; }

    /// <summary>Width of the output in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the output in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>The share of the transformer's work that halting saved, 0 to 1; <see langword="null"/> if the picture went through no model.</summary>
    public double? HaltedShare { get; init; }

    /// <summary>The share of the picture that a second model refined, 0 to 1.</summary>
    public double? RefinedShare { get; init; }

    /// <summary>Seconds that the first model took, if a second one refined.</summary>
    public double? FirstSeconds { get; init; }

    /// <summary>Seconds that the second model took, and laying its picture over the first one's.</summary>
    public double? SecondSeconds { get; init; }

    /// <summary>Names of the models that the picture went through, in order.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Why these models were chosen; <see langword="null"/> if there was no choice.</summary>
    public string? ModelReason { get; init; }

    /// <summary>What got lost or was guessed; <see langword="null"/> if nothing.</summary>
    public IReadOnlyList<PictureWarning>? Warnings { get; init; }

    /// <summary>Hash of the model and of all settings that the output depends on.</summary>
    public string? Settings { get; init; }

    /// <summary>Identifies the run that wrote the line.</summary>
    public string? Run { get; init; }

    /// <summary>Error message of a failure.</summary>
    public string? Error { get; init; }
}

/// <summary>Status of a picture in a batch.</summary>
public enum BatchStatus
{
    /// <summary>Started; only in the output folder's journal.</summary>
    Started,

    /// <summary>Upscaled and written.</summary>
    Done,

    /// <summary>Its output already existed, made from the same content with the same settings.</summary>
    Skipped,

    /// <summary>Failed; the rest of the batch continued.</summary>
    Failed,
}
