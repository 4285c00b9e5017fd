using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AdaFormer.Batch;
using AdaFormer.Files;

namespace AdaFormer.Farm.Queue;

/// <summary>One picture to upscale, or a strip of one: the body of a message.</summary>
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

    /// <summary>Outputs with more pixels are made in strips.</summary>
    public required long StripsAbove { get; init; }

    /// <summary>How the picture is cut; <see langword="null"/> for a whole one.</summary>
    public PictureCut? Cut { get; init; }

    /// <summary>Index of the strip, if the picture is cut.</summary>
    public int Strip { get; init; }

    [JsonIgnore]
    public BatchItem Item => new(new BatchInput(Input, Name), Output);

    /// <summary>The same for the same picture, content, output and settings.</summary>
    [JsonIgnore]
    public string Id => Hash(Input, Folder, Output, Fingerprint, Version);

    /// <summary>The same for the same picture and cut.</summary>
    [JsonIgnore]
    public string? CutId => Cut is null ? null : Hash([Id, Cut.InputSha256, $"{Cut.TileSize}", .. Cut.Ends.Select(end => $"{end}")]);

    /// <summary>Of the picture, or of the strip.</summary>
    [JsonIgnore]
    public string MessageId => Cut is null ? Id : $"{Id}/{CutId}/{Strip}";

    /// <summary>What it is, for people.</summary>
    [JsonIgnore]
    public string Title => Cut is null ? Input : $"{Input}, strip {Strip + 1} of {Cut.Count}";

    /// <summary>The id of the picture that a message is of.</summary>
    public static string PictureOf(string messageId) => messageId.Split('/')[0];

    /// <summary>Whether a message is a strip's.</summary>
    public static bool IsStrip(string messageId) => messageId.Contains('/');

    /// <summary>All strips of a cut.</summary>
    public IEnumerable<FarmTask> Strips(PictureCut cut) => Enumerable.Range(0, cut.Count).Select(index => this with { Cut = cut, Strip = index });

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

    private static string Hash(params string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..24];
}
