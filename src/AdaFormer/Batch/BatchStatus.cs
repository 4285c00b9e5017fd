namespace AdaFormer.Batch;

/// <summary>What became of a picture of a batch.</summary>
public enum BatchStatus
{
    /// <summary>It was begun; in the output folder's record only.</summary>
    Started,

    /// <summary>It was upscaled and written.</summary>
    Done,

    /// <summary>Its output was there already, made of the same content with the same settings.</summary>
    Skipped,

    /// <summary>It could not be upscaled; the rest of the batch went on.</summary>
    Failed,
}
