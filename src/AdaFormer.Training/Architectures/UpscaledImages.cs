using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>What a network makes of images.</summary>
/// <param name="Images">(N, 3, sH, sW), around 0..1 but not clamped.</param>
/// <param name="HaltingDepth">In how many blocks each token was live, (N, 1, H, W); null where nothing halts.</param>
internal sealed record UpscaledImages(Tensor Images, Tensor? HaltingDepth);
