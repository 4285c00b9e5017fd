namespace AdaFormer.Export.Architectures.Esrgan;

/// <summary>What the tensors of an ESRGAN are called: three generations of its code named them differently.</summary>
/// <param name="First">The first convolution.</param>
/// <param name="DenseBlock">A dense block, by the number of its residual block from 0 on and its own from 1 on.</param>
/// <param name="ConvolutionSuffix">What follows the number of a convolution of a dense block.</param>
/// <param name="Blocks">Number of residual blocks.</param>
/// <param name="Trunk">The convolution after the blocks.</param>
/// <param name="Enlarging">The convolutions after each enlargement by 2.</param>
/// <param name="Refining">The convolution at the picture's full size.</param>
/// <param name="Last">The convolution to RGB.</param>
internal sealed record EsrganKeys(
    string First, Func<int, int, string> DenseBlock, string ConvolutionSuffix, int Blocks, string Trunk, IReadOnlyList<string> Enlarging, string Refining, string Last)
{
    public string Convolution(int block, int dense, int number) => $"{DenseBlock(block, dense)}.conv{number}{ConvolutionSuffix}";

    /// <summary>The names in a checkpoint; <see langword="null"/> if it is not an ESRGAN.</summary>
    public static EsrganKeys? Of(Checkpoint checkpoint)
    {
        if (checkpoint.Has("conv_first.weight", "body.0.rdb1.conv1.weight", "conv_body.weight", "conv_last.weight"))
        {
            return new EsrganKeys(
                "conv_first", (block, dense) => $"body.{block}.rdb{dense}", "", checkpoint.Count("body.{0}.rdb1.conv1.weight"),
                "conv_body", Numbered("conv_up", checkpoint.Count("conv_up{0}.weight", 1)), "conv_hr", "conv_last");
        }

        if (checkpoint.Has("conv_first.weight", "RRDB_trunk.0.RDB1.conv1.weight", "trunk_conv.weight", "conv_last.weight"))
        {
            return new EsrganKeys(
                "conv_first", (block, dense) => $"RRDB_trunk.{block}.RDB{dense}", "", checkpoint.Count("RRDB_trunk.{0}.RDB1.conv1.weight"),
                "trunk_conv", Numbered("upconv", checkpoint.Count("upconv{0}.weight", 1)), "HRconv", "conv_last");
        }

        return checkpoint.Has("model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight") ? OfSequence(checkpoint) : null;
    }

    /// <summary>A sequence of layers by number: an enlargement is an upsampling, a convolution and an activation, only one of which has weights.</summary>
    private static EsrganKeys OfSequence(Checkpoint checkpoint)
    {
        var blocks = checkpoint.Count("model.1.sub.{0}.RDB1.conv1.0.weight");
        var steps = 0;
        while (checkpoint.Has($"model.{3 * (steps + 1)}.weight"))
            steps++;
        return new EsrganKeys(
            "model.0", (block, dense) => $"model.1.sub.{block}.RDB{dense}", ".0", blocks,
            $"model.1.sub.{blocks}", [.. Enumerable.Range(1, steps).Select(step => $"model.{3 * step}")], $"model.{(3 * steps) + 2}", $"model.{(3 * steps) + 4}");
    }

    private static string[] Numbered(string name, int count) => [.. Enumerable.Range(1, count).Select(number => $"{name}{number}")];
}
