using System.Text.Json;

namespace AdaFormer.MLNet.Mapping;

/// <summary>The device of a pipeline, as a column of its rows until it is saved.</summary>
/// <param name="GpuDeviceId">The CUDA GPU, or null for the CPU.</param>
/// <param name="FallbackToCpu">Whether to use the CPU if the GPU is not available.</param>
/// <param name="Log">The number of the <see cref="PipelineLog"/> to write to, or null.</param>
internal sealed record DeviceChoice(int? GpuDeviceId, bool FallbackToCpu, int? Log = null)
{
    /// <summary>The value in a saved pipeline: <see cref="AdaFormerDevice"/> decides.</summary>
    public const string WhenLoaded = "";

    /// <summary>The device of these options.</summary>
    public static DeviceChoice Of(ModelOptions options, int? log) =>
        new(options.Device == Device.Cpu ? null : options.GpuDeviceId, options.Device == Device.Auto, log);

    public string Write() => JsonSerializer.Serialize(this);

    public static DeviceChoice Read(string text) => text == WhenLoaded ? AdaFormerDevice.Loaded : JsonSerializer.Deserialize<DeviceChoice>(text)!;

    public ModelOptions Options(int threads, PixelRange? range = null) => new()
    {
        Device = GpuDeviceId is null ? Device.Cpu : FallbackToCpu ? Device.Auto : Device.Cuda,
        GpuDeviceId = GpuDeviceId ?? 0,
        Threads = threads,
        Range = range,
    };
}
