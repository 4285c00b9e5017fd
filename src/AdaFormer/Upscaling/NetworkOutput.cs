using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>The outputs of a run of the network: in ONNX Runtime's own memory, or converted from a model's own form. Valid until disposed.</summary>
internal sealed class NetworkOutput : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue>? _values;
    private readonly ConvertedOutput? _converted;

    public NetworkOutput(IDisposableReadOnlyCollection<OrtValue> values) => _values = values;

    public NetworkOutput(ConvertedOutput converted) => _converted = converted;

    /// <summary>(images, 3, scale·height, scale·width), not clamped.</summary>
    public ReadOnlySpan<float> Upscaled => _values is null ? _converted!.Upscaled.Span : _values[0].GetTensorDataAsSpan<float>();

    /// <summary>(images, 1, height, width); empty if the model does not halt.</summary>
    public ReadOnlySpan<float> HaltingDepth => _values?.Count > 1 ? _values[1].GetTensorDataAsSpan<float>() : [];

    /// <summary>(scale·height, scale·width) of a picture that went in with alpha; empty if it did not.</summary>
    public ReadOnlySpan<float> Alpha => _converted is null ? [] : _converted.Alpha.Span;

    public void Dispose()
    {
        _values?.Dispose();
        _converted?.Dispose();
    }
}

/// <summary>Memory for outputs that are converted.</summary>
internal sealed class ConvertedOutput : IDisposable
{
    private readonly RentedMemory _memory = new();

    public ConvertedOutput(int colors, int alpha) =>
        (Upscaled, Alpha) = (_memory.Rent<float>(colors), alpha == 0 ? default : _memory.Rent<float>(alpha));

    public Memory<float> Upscaled { get; }

    public Memory<float> Alpha { get; }

    public void Dispose() => _memory.Dispose();
}
