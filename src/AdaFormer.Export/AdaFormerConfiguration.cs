using System.Globalization;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export;

/// <summary>The image that the network's output is added to.</summary>
public enum ImageSkip
{
    /// <summary>None: the network produces the whole picture, and the dataset's mean is added at the end.</summary>
    None,

    /// <summary>The input, upsampled bilinearly with half-pixel centres.</summary>
    Bilinear,
}

/// <summary>The sizes that define an AdaFormer network; stored as metadata of its weights file.</summary>
public sealed record AdaFormerConfiguration
{
    /// <summary>The name of the architecture in metadata.</summary>
    public const string Architecture = "adaformer";

    /// <summary>Metadata key that describes how a network departs from the architecture; only its training program can run such weights.</summary>
    public const string AblationKey = "ablation";

    private const string TokenStrideKey = "token_stride";

    /// <summary>How many times larger the output is: 2, 3 or 4.</summary>
    public required int Scale { get; init; }

    /// <summary>Feature channels C of the convolutions.</summary>
    public required int Channels { get; init; }

    /// <summary>Embedding width D of the tokens.</summary>
    public required int Embed { get; init; }

    /// <summary>Number L of transformer blocks (TSABs).</summary>
    public required int Blocks { get; init; }

    /// <summary>Attention heads h; divides <see cref="Embed"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Side S of the square attention windows, in tokens.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Number M of learned prototypes of the global branch.</summary>
    public required int Prototypes { get; init; }

    /// <summary>Hidden width of the MLP over <see cref="Embed"/>.</summary>
    public int MlpRatio { get; init; } = 2;

    /// <summary>Residual blocks before the transformer.</summary>
    public required int EncoderBlocks { get; init; }

    /// <summary>Residual blocks after the transformer.</summary>
    public required int DecoderBlocks { get; init; }

    /// <summary>Side t of the square of pixels per token: 1, or 2.</summary>
    public int TokenStride { get; init; } = 1;

    /// <summary>The image that the output is added to.</summary>
    public ImageSkip ImageSkip { get; init; } = ImageSkip.None;

    /// <summary>Gets a preset by name: <c>base</c> (the paper's), <c>small</c>, <c>compact</c> (tokens of 2×2 pixels) or <c>tiny</c>.</summary>
    /// <exception cref="ArgumentException">There is no such preset, or the scale is not 2, 3 or 4.</exception>
    public static AdaFormerConfiguration Preset(string name, int scale, ImageSkip imageSkip = ImageSkip.None)
    {
        var sizes = name switch
        {
            "base" => (Width: 64, Blocks: 6, Heads: 4, Prototypes: 16, Residual: 8, Stride: 1),
            "small" => (Width: 48, Blocks: 6, Heads: 3, Prototypes: 16, Residual: 4, Stride: 1),
            "compact" => (Width: 48, Blocks: 3, Heads: 3, Prototypes: 8, Residual: 2, Stride: 2),
            "tiny" => (Width: 32, Blocks: 4, Heads: 2, Prototypes: 8, Residual: 2, Stride: 1),
            _ => throw new ArgumentException($"There is no preset '{name}'; choose base, small, compact or tiny.", nameof(name)),
        };
        return new AdaFormerConfiguration
        {
            Scale = scale,
            Channels = sizes.Width,
            Embed = sizes.Width,
            Blocks = sizes.Blocks,
            Heads = sizes.Heads,
            Prototypes = sizes.Prototypes,
            EncoderBlocks = sizes.Residual,
            DecoderBlocks = sizes.Residual,
            TokenStride = sizes.Stride,
            ImageSkip = imageSkip,
        }.Validated();
    }

    /// <summary>The name of the preset with these sizes, or <c>custom</c>.</summary>
    public string PresetName => new[] { "base", "small", "compact", "tiny" }.FirstOrDefault(name => Preset(name, Scale, ImageSkip) == this) ?? "custom";

    /// <summary>Side of a window in pixels, S·t: images are padded to multiples of it.</summary>
    public int SizeMultiple => Window * TokenStride;

    /// <summary>
    /// Multiply-adds per low-resolution pixel when nothing is halted, including the confidence estimate after every block. Work done once
    /// per image (the prototypes' own projections) and pure additions are not counted.
    /// </summary>
    public long MultiplyAddsPerPixel
    {
        get
        {
            long c = Channels, d = Embed;
            var convolutions = 9 * 3 * c + (EncoderBlocks + DecoderBlocks) * 2 * 9 * c * c + 9 * c * 3 * Scale * Scale;
            var local = 3 * d * d + 2 * Window * Window * d;
            var global = 3 * d * d + 4 * Prototypes * d;
            var mlp = 2 * MlpRatio * d * d;
            var confidence = 9 * d * (d / 2) + 9 * (d / 2);
            var body = Blocks * (local + global + mlp + confidence) / (TokenStride * TokenStride);
            return convolutions + 2 * c * d + body;
        }
    }

    /// <summary>Reads the configuration from a weights file's metadata.</summary>
    /// <exception cref="WeightsFormatException">A key is missing or out of range, or the architecture is a different one.</exception>
    public static AdaFormerConfiguration FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var architecture = Text("architecture");
        if (architecture != Architecture)
            throw new WeightsFormatException($"The weights are of architecture '{architecture}'; expected '{Architecture}'.");
        try
        {
            return new AdaFormerConfiguration
            {
                Scale = Number("scale"),
                Channels = Number("channels"),
                Embed = Number("embed"),
                Blocks = Number("blocks"),
                Heads = Number("heads"),
                Window = Number("window"),
                Prototypes = Number("prototypes"),
                MlpRatio = Number("mlp_ratio"),
                EncoderBlocks = Number("encoder_blocks"),
                DecoderBlocks = Number("decoder_blocks"),
                TokenStride = metadata.ContainsKey(TokenStrideKey) ? Number(TokenStrideKey) : 1,
                ImageSkip = Text("image_skip") switch
                {
                    "none" => ImageSkip.None,
                    "bilinear" => ImageSkip.Bilinear,
                    var other => throw new WeightsFormatException($"The metadata has image_skip '{other}'; expected none or bilinear."),
                },
            }.Validated();
        }
        catch (ArgumentException exception)
        {
            throw new WeightsFormatException($"The weights' metadata does not describe a valid network: {exception.Message}", exception);
        }

        string Text(string key) => metadata.TryGetValue(key, out var value)
            ? value
            : throw new WeightsFormatException($"The weights' metadata lacks '{key}'. Is this an AdaFormer weights file?");

        int Number(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new WeightsFormatException($"The metadata has {key} '{Text(key)}'; expected a whole number.");
    }

    /// <summary>Converts the configuration to metadata of a weights file.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["architecture"] = Architecture,
            ["scale"] = Decimal(Scale),
            ["channels"] = Decimal(Channels),
            ["embed"] = Decimal(Embed),
            ["blocks"] = Decimal(Blocks),
            ["heads"] = Decimal(Heads),
            ["window"] = Decimal(Window),
            ["prototypes"] = Decimal(Prototypes),
            ["mlp_ratio"] = Decimal(MlpRatio),
            ["encoder_blocks"] = Decimal(EncoderBlocks),
            ["decoder_blocks"] = Decimal(DecoderBlocks),
            ["image_skip"] = ImageSkip == ImageSkip.Bilinear ? "bilinear" : "none",
        };
        // Absent means 1, so that existing files and their pinned hashes remain valid.
        if (TokenStride != 1)
            metadata[TokenStrideKey] = Decimal(TokenStride);
        return metadata;
    }

    /// <summary>Returns this configuration if its sizes define a valid network.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public AdaFormerConfiguration Validated()
    {
        Require(Scale is 2 or 3 or 4, "scale", Scale, "2, 3 or 4");
        Require(Channels is >= 1 and <= 1024, "channels", Channels, "1 to 1024");
        Require(Embed is >= 2 and <= 1024 && Embed % 2 == 0, "embed", Embed, "an even number from 2 to 1024");
        Require(Blocks is >= 1 and <= 64, "blocks", Blocks, "1 to 64");
        Require(Heads >= 1 && Embed % Heads == 0, "heads", Heads, $"a divisor of embed ({Embed})");
        Require(Window is >= 1 and <= 64, "window", Window, "1 to 64");
        Require(Prototypes is >= 1 and <= 4096, "prototypes", Prototypes, "1 to 4096");
        Require(MlpRatio is >= 1 and <= 16, "mlp_ratio", MlpRatio, "1 to 16");
        Require(EncoderBlocks is >= 0 and <= 256, "encoder_blocks", EncoderBlocks, "0 to 256");
        Require(TokenStride is 1 or 2, TokenStrideKey, TokenStride, "1 or 2");
        Require(DecoderBlocks is >= 0 and <= 256, "decoder_blocks", DecoderBlocks, "0 to 256");
        return this;
    }

    private static void Require(bool holds, string name, int value, string expected)
    {
        if (!holds)
            throw new ArgumentException($"{name} is {value}; expected {expected}.");
    }

    private static string Decimal(int value) => value.ToString(CultureInfo.InvariantCulture);
}
