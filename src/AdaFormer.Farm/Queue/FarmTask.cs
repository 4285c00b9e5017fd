using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AdaFormer.Batch;

namespace AdaFormer.Farm.Queue;

/// <summary>One picture to upscale: the body of a message.</summary>
internal sealed record FarmTask
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectRequiredConstructorParameters = true };

    /// <summary>The input's path or <c>s3://</c> address.</summary>
    public required string Input { get; init; }

    /// <summary>The input's name within the folder that was submitted.</summary>
    public required string Name { get; init; }

    /// <summary>The output folder's path or <c>s3://</c> address.</summary>
    public required string Folder { get; init; }

    /// <summary>The output's path within the folder, with <c>/</c> between the parts.</summary>
    public required string Output { get; init; }

    /// <summary>From which the worker makes its upscaler.</summary>
    public required string Settings { get; init; }

    /// <summary>What the upscaler's hash of models and settings has to be.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Changes when the input does.</summary>
    public required string Version { get; init; }

    /// <summary>How often it may be delivered.</summary>
    public required int Deliveries { get; init; }

    [JsonIgnore]
    public BatchItem Item => new(new BatchInput(Input, Name), Output);

    /// <summary>The same for the same picture, content, output and settings.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Input, Folder, Output, Fingerprint, Version))))[..24];

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="InvalidDataException">The bytes are not a task.</exception>
    public static FarmTask Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<FarmTask>(bytes, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"A message is not a picture's: {exception.Message} Only `farm submit` should write to the queue.", exception);
        }
    }
}
