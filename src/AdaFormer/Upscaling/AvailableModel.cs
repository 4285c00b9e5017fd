namespace AdaFormer;

/// <summary>A model that is loaded when it is first needed.</summary>
/// <param name="Name">Its name or path.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="Sha256">The hash of its file.</param>
/// <param name="Loaded">The model.</param>
internal sealed record AvailableModel(string Name, ModelDescription Description, string Sha256, Lazy<UpscalingModel> Loaded);
