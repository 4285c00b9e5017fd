using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdaFormer.MLNet.Mapping;

/// <summary>The configuration of a mapping, as stored in a saved pipeline: JSON, with the models as base64.</summary>
internal sealed record UpscalingConfiguration
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Every released format can be read; the tests' fixtures include a file of each.</summary>
    public const int CurrentFormat = 3;

    /// <summary>The format that knows models of other makers.</summary>
    public const int FormatOfForeignModels = 2;

    /// <summary>The first format, which knows only models that say what they are. Earlier versions of the package read it.</summary>
    public const int FormatOfOwnModels = 1;

    public required int Format { get; init; }

    public required ConfiguredModel Model { get; init; }

    /// <summary>The model for images that were visibly saved as JPEG; null if all go through <see cref="Model"/>.</summary>
    public ConfiguredModel? PhotoModel { get; init; }

    /// <summary>The second model for the parts with the most detail; null: none. Since format 3.</summary>
    public ConfiguredModel? RefineModel { get; init; }

    /// <summary>The share of each image that the second model refines.</summary>
    public double RefineShare { get; init; }

    public float? HaltingThreshold { get; init; }

    public int? TileSize { get; init; }

    public int? TileOverlap { get; init; }

    public long? MemoryBudget { get; init; }

    public int Threads { get; init; }

    /// <summary>The values that a model of other makers takes; null: found out by trial.</summary>
    public PixelRange? Range { get; init; }

    /// <summary>The declared width of the images, or 0; an image of another size gives a result of the declared one.</summary>
    public int Width { get; init; }

    /// <summary>The declared height of the images, or 0.</summary>
    public int Height { get; init; }

    public required int Scale { get; init; }

    public PixelVectorLayout? VectorLayout { get; init; }

    public bool WithDepth { get; init; }

    [JsonIgnore]
    public bool HasSize => Width > 0;

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="NotSupportedException">A later version of this package wrote it.</exception>
    public static UpscalingConfiguration Read(string json)
    {
        var configuration = JsonSerializer.Deserialize<UpscalingConfiguration>(json, Json)!;
        return configuration.Format <= CurrentFormat
            ? configuration
            : throw new NotSupportedException($"This pipeline was saved by a later version of AdaFormer.MLNet, in format {configuration.Format}; this one reads formats up to {CurrentFormat}. Update the package.");
    }

    /// <summary>Creates an upscaler; the model is shared by the process, one session for all.</summary>
    public Upscaler CreateUpscaler(ConfiguredModel configured, DeviceChoice device)
    {
        var model = SharedModels.Get(configured.Read(), device.Options(Threads, Range), configured.Name);
        PipelineLog.Tell(device.Log, $"{configured.Name} runs on the {(model.Device == Device.Cuda ? $"GPU {device.GpuDeviceId}" : "CPU")}{(device.GpuDeviceId is not null && model.Device != Device.Cuda ? $", since GPU {device.GpuDeviceId} is not available" : "")}.");
        return new Upscaler(model, new UpscaleOptions
        {
            HaltingThreshold = HaltingThreshold,
            TileSize = TileSize,
            TileOverlap = TileOverlap,
            MemoryBudget = MemoryBudget,
            Refinement = RefineModel is null ? null : new Refinement(SharedModels.Get(RefineModel.Read(), device.Options(Threads), RefineModel.Name)) { Share = RefineShare },
        });
    }
}
