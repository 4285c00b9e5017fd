using Microsoft.ML.Data;

namespace AdaFormer.MLNet.Mapping;

/// <summary>The columns that exist only inside our chain of transforms.</summary>
internal static class HiddenColumn
{
    /// <summary>A prefix that no user's column has.</summary>
    public const string Prefix = "\u2063AdaFormer.";

    public const string Image = Prefix + "Image";
    public const string Pixels = Prefix + "Pixels";
    public const string Key = Prefix + "Key";
    public const string Configuration = Prefix + "Configuration";
    public const string Device = Prefix + "Device";
    public const string Upscaled = Prefix + "Upscaled";
    public const string UpscaledSized = Prefix + "UpscaledSized";
    public const string Depth = Prefix + "Depth";
    public const string DepthImage = Prefix + "DepthImage";
    public const string Share = Prefix + "Share";
}

/// <summary>No columns.</summary>
internal sealed class NoColumns
{
}

/// <summary>The same key in every row, by which the configuration is looked up.</summary>
internal sealed class KeyRow
{
    /// <summary>The only key.</summary>
    public const uint Only = 1;

    [ColumnName(HiddenColumn.Key)]
    public uint Key { get; set; }
}

/// <summary>The columns of every row to upscale besides its image.</summary>
internal abstract class ConfiguredRow
{
    [ColumnName(HiddenColumn.Configuration)]
    public string Configuration { get; set; } = "";

    [ColumnName(HiddenColumn.Device)]
    public string Device { get; set; } = "";
}

/// <summary>The outputs. Depths are a vector of unknown size or, if the size is known, an image of it.</summary>
internal sealed class UpscaledRow
{
    [ColumnName(HiddenColumn.Upscaled)]
    public MLImage? Upscaled { get; set; }

    [ColumnName(HiddenColumn.Depth)]
    public VBuffer<float> Depth { get; set; }

    [ColumnName(HiddenColumn.DepthImage)]
    public MLImage? DepthImage { get; set; }

    [ColumnName(HiddenColumn.Share)]
    public float Share { get; set; }
}
