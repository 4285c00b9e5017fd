using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer;

/// <summary>What the declared inputs and outputs of a model of other makers say: whether it can be one for pictures, and in which forms.</summary>
internal static class ForeignSignature
{
    private static readonly TensorElementType[] Types = [TensorElementType.Float, TensorElementType.Float16, TensorElementType.UInt8];
    private static readonly int[] Channels = [3, 1, 4];

    /// <summary>The forms in which the model may take a picture, the likeliest first. The output is not known yet.</summary>
    /// <exception cref="ModelFormatException">It takes something else than one picture.</exception>
    public static IReadOnlyList<PixelInterface> Candidates(InferenceSession session, string name)
    {
        if (session.InputMetadata.Count != 1)
            throw Refused(name, $"it takes {session.InputMetadata.Count} inputs{(session.InputMetadata.Count == 0 ? "" : $" ({string.Join(", ", session.InputMetadata.Select(Describe))})")}");
        var (input, node) = session.InputMetadata.Single();
        if (!node.IsTensor)
            throw Refused(name, $"its input '{input}' is no tensor but a {node.OnnxValueType}");
        if (node.IsString)
            throw Refused(name, $"its input '{input}' is text");
        if (!Types.Contains(node.ElementDataType))
            throw Refused(name, $"its input '{input}' has values of type {node.ElementDataType}; known are {string.Join(", ", Types)}");
        if (node.Dimensions is not [var images, var second, var third, var fourth])
            throw Refused(name, $"its input '{input}' has the shape {Shape(node)}, rank {node.Dimensions.Length}");
        var form = new PixelInterface { Input = input, Output = "", InputType = node.ElementDataType, FixedImages = Math.Max(0, images) };
        if (node.ElementDataType == TensorElementType.UInt8)
            form = form with { InputRange = PixelRange.ZeroTo255 };
        PixelInterface[] candidates =
        [
            .. Channels.Where(count => Fits(second, count)).Select(count => form with { Channels = count, FixedHeight = Math.Max(0, third), FixedWidth = Math.Max(0, fourth) }),
            .. Channels.Where(count => Fits(fourth, count) && (fourth > 0 || second < 1))
                .Select(count => form with { Channels = count, InterleavedInput = true, FixedHeight = Math.Max(0, second), FixedWidth = Math.Max(0, third) }),
        ];
        // A size that is declared says more than one that is not.
        return candidates.Length > 0
            ? [.. candidates.OrderBy(candidate => (candidate.InterleavedInput ? fourth : second) > 0 ? 0 : 1)]
            : throw Refused(name, $"its input '{input}' has the shape {Shape(node)}, {(fourth > 0 && second < 1 ? fourth : second)} channels");
    }

    public static ModelFormatException Refused(string name, string why, Exception? inner = null) => new(
        $"'{name}' is not a model that enlarges pictures: {why}. Expected one picture in, a tensor of rank 4 with 1, 3 or 4 channels, and the same picture out, 1 to {ModelDescription.LargestScale} times larger.", inner);

    private static bool Fits(int dimension, int channels) => dimension < 1 || dimension == channels;

    private static string Describe(KeyValuePair<string, NodeMetadata> input) =>
        $"'{input.Key}': {(input.Value.IsTensor ? input.Value.IsString ? "text" : $"{input.Value.ElementDataType} {Shape(input.Value)}" : input.Value.OnnxValueType)}";

    private static string Shape(NodeMetadata node) => $"[{string.Join(", ", node.Dimensions.Zip(node.SymbolicDimensions, (size, symbol) => size > 0 ? $"{size}" : symbol is "" ? "?" : symbol))}]";
}
