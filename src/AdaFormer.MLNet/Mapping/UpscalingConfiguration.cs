using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.MLNet.Mapping;

/// <summary>All that a mapping has to know, as it travels through a saved pipeline: JSON, the models in it as base64.</summary>
internal sealed record UpscalingConfiguration
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public required ConfiguredModel Model { get; init; }

    /// <summary>The model for images that show that they were saved as JPEG; null where all go through <see cref="Model"/>.</summary>
    public ConfiguredModel? PhotoModel { get; init; }

    public float? HaltingThreshold { get; init; }

    public int? TileSize { get; init; }

    public int? TileOverlap { get; init; }

    public long? MemoryBudget { get; init; }

    public int? GpuDeviceId { get; init; }

    public bool FallbackToCpu { get; init; }

    public int Threads { get; init; }

    /// <summary>The width that every image must have, or 0.</summary>
    public int Width { get; init; }

    /// <summary>The height that every image must have, or 0.</summary>
    public int Height { get; init; }

    public required int Scale { get; init; }

    public PixelVectorLayout? VectorLayout { get; init; }

    public bool WithDepth { get; init; }

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static UpscalingConfiguration Read(string json) => JsonSerializer.Deserialize<UpscalingConfiguration>(json, Json)!;

    /// <summary>Makes an upscaler; the model is the process's, one session for all.</summary>
    public Upscaler CreateUpscaler(ConfiguredModel configured)
    {
        var model = SharedModels.Get(configured.Read(), new ModelOptions
        {
            Device = GpuDeviceId is null ? Device.Cpu : FallbackToCpu ? Device.Auto : Device.Cuda,
            GpuDeviceId = GpuDeviceId ?? 0,
            Threads = Threads,
        });
        return new Upscaler(model, new UpscaleOptions
        {
            HaltingThreshold = HaltingThreshold,
            TileSize = TileSize,
            TileOverlap = TileOverlap,
            MemoryBudget = MemoryBudget,
        });
    }
}
