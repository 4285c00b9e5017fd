using System.Security.Cryptography;
using AdaFormer.MLNet.Mapping;

namespace AdaFormer.MLNet.Columns;

/// <summary>A model's bytes and what it says of itself. There is no session yet: that comes with the first row.</summary>
internal sealed class LoadedModel
{
    private readonly byte[] _bytes;
    private readonly string _name;
    private readonly string _sha256;

    public LoadedModel(AdaFormerUpscalingOptions options)
    {
        _name = options.Model ?? (options.ModelBytes is null ? BuiltInModel.Name : "model");
        _bytes = options.ModelBytes ?? ModelLibrary.Default.Read(_name);
        _sha256 = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        Description = ModelDescription.Read(_bytes, _name);
        new UpscaleOptions { TileSize = options.TileSize, TileOverlap = options.TileOverlap, MemoryBudget = options.MemoryBudget }.Check(Description);
        if (!Description.Halts && (options.HaltingDepthColumnName ?? options.HaltedShareColumnName) is { } column)
            throw new ArgumentException($"Column '{column}' is to hold what halting did, but the model '{_name}' does not halt; ask for no such column.", nameof(options));
    }

    public ModelDescription Description { get; }

    public UpscalingConfiguration Configure(AdaFormerUpscalingOptions options, InputColumn input) => new()
    {
        Model = _name,
        ModelSha256 = _sha256,
        ModelBytes = options.ModelStorage == ModelStorage.Inside ? _bytes : null,
        HaltingThreshold = options.HaltingThreshold,
        TileSize = options.TileSize,
        TileOverlap = options.TileOverlap,
        MemoryBudget = options.MemoryBudget,
        GpuDeviceId = options.GpuDeviceId,
        FallbackToCpu = options.FallbackToCpu,
        Threads = options.Threads,
        Width = input.Width,
        Height = input.Height,
        Scale = Description.Scale,
        VectorLayout = options.VectorLayout,
        WithDepth = options.HaltingDepthColumnName is not null,
    };
}
