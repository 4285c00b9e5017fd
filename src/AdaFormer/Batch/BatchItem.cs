namespace AdaFormer.Batch;

/// <summary>A picture of a batch and the file that it becomes.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Output">The name of the file to write within the output folder, with <c>/</c> between the parts.</param>
public sealed record BatchItem(BatchInput Input, string Output);
