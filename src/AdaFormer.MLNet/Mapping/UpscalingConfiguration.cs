using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.MLNet.Mapping;

/// <summary>All that a mapping has to know, as it travels through a saved pipeline: JSON, the model in it as base64.</summary>
internal sealed record UpscalingConfiguration
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>A built-in model's name or a file's path.</summary>
    public required string Model { get; init; }

    public required string ModelSha256 { get; init; }

    /// <summary>The model, or null where it has to be found by its name.</summary>
    public byte[]? ModelBytes { get; init; }

    public float? HaltingThreshold { get; init; }

    public required int TileSize { get; init; }

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

    /// <summary>Makes the upscaler; the model is the process's, one session for all.</summary>
    public Upscaler CreateUpscaler()
    {
        var model = SharedModels.Get(ModelBytes ?? Find(), new ModelOptions
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

    private byte[] Find()
    {
        var bytes = ModelLibrary.Default.Read(Model);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return hash == ModelSha256
            ? bytes
            : throw new ModelFormatException($"The model '{Model}' is not the one that this pipeline was saved with: its SHA-256 is {hash}, expected {ModelSha256}. Put the right file there, or save the pipeline with ModelStorage.Inside.");
    }
}
