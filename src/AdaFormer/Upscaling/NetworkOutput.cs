using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>What a run of the network gave, in ONNX Runtime's own memory until disposed.</summary>
internal sealed class NetworkOutput(IDisposableReadOnlyCollection<OrtValue> values) : IDisposable
{
    /// <summary>(images, 3, scale·height, scale·width), not clamped.</summary>
    public ReadOnlySpan<float> Upscaled => values[0].GetTensorDataAsSpan<float>();

    /// <summary>(images, 1, height, width); empty where the model does not halt.</summary>
    public ReadOnlySpan<float> HaltingDepth => values.Count > 1 ? values[1].GetTensorDataAsSpan<float>() : [];

    public void Dispose() => values.Dispose();
}
