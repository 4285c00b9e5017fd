namespace AdaFormer.Export.Architectures;

/// <summary>Names of the activations that an INT8 export quantizes.</summary>
internal static class QuantizedActivations
{
    /// <summary>What a residual block's first convolution reads, what its second reads, and what its second gives.</summary>
    public static string[] OfBlock(string block) => [$"{block}.conv1.input", $"{block}.conv2.input", $"{block}.conv2.output"];
}
