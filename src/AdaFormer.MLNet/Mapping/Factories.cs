using Microsoft.ML.Transforms;

namespace AdaFormer.MLNet.Mapping;

/// <summary>The contract names of our mappings in saved pipelines, besides those of the column kinds. They must never change.</summary>
internal static class Contract
{
    public const string Key = "AdaFormer.Key";
    public const string SizeBit0 = "AdaFormer.Size.0";
    public const string SizeBit1 = "AdaFormer.Size.1";
    public const string SizeEnd = "AdaFormer.Size.End";
}

/// <summary>Emits the key of the configuration.</summary>
[CustomMappingFactoryAttribute(Contract.Key)]
internal sealed class KeyFactory : CustomMappingFactory<NoColumns, KeyRow>
{
    public static void Map(NoColumns input, KeyRow output) => output.Key = KeyRow.Only;

    public override Action<NoColumns, KeyRow> GetMapping()
    {
        // Loading a pipeline passes here first, before any column of images is bound.
        ImageTypes.RegisterUnsized();
        SavedSize.Begin();
        return Map;
    }
}
