using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AdaFormer.Files;

namespace AdaFormer.Batch;

/// <summary>What outputs depend on beside their inputs.</summary>
internal static class BatchSettings
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>A hash of the models and of all options that change pixels: whatever is an option of files counts, unless it is left out here.</summary>
    public static string Fingerprint(UpscalingModels models, BatchOptions options)
    {
        var files = JsonSerializer.SerializeToNode(options.Files with { Overwrite = false }, Json)!;
        var used = models.For(options.Files.TargetSize is null ? models.Scales[^1] : null);
        var text = $"{string.Join('+', used.Select(model => model.Sha256))}\n{files.ToJsonString()}\n{options.Files.TargetSize}\n{options.FurtherSettings}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
