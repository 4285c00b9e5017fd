namespace AdaFormer.Batch;

/// <summary>A picture file that a batch is to upscale.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its path within the folder that was searched, with <c>/</c> between the parts on every system: <c>holiday/beach.jpg</c>.</param>
public sealed record BatchInput(string Path, string Name);
