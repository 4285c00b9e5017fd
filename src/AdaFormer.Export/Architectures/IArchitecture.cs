using System.Globalization;
using AdaFormer.Export.Weights;

namespace AdaFormer.Export.Architectures;

/// <summary>An architecture, which recognises its own checkpoints. Stateless; <see cref="ArchitectureRegistry"/> lists them all.</summary>
internal interface IArchitecture
{
    /// <summary>The name in metadata, in lower case.</summary>
    string Name { get; }

    /// <summary>The network of a checkpoint, its sizes deduced from names and shapes; <see langword="null"/> if it belongs to another architecture.</summary>
    /// <exception cref="Weights.WeightsFormatException">It belongs to this architecture, but its shapes do not form a valid network.</exception>
    Network? Recognize(Checkpoint checkpoint);
}

/// <summary>The tensors of a checkpoint, by which an architecture recognises itself and deduces its sizes.</summary>
internal sealed class Checkpoint(SafetensorsFile file)
{
    private static readonly int[] Scales = [2, 3, 4];

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public bool Has(params ReadOnlySpan<string> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (!file.Tensors.ContainsKey(tensor))
                return false;
        }

        return true;
    }

    /// <summary>Extent of an axis of a tensor.</summary>
    /// <exception cref="WeightsFormatException">The tensor or axis does not exist, or its extent is not a valid size.</exception>
    public int Extent(string tensor, int axis)
    {
        if (!file.Tensors.TryGetValue(tensor, out var found))
            throw new WeightsFormatException($"The weights lack tensor '{tensor}', which determines a size of the network.");
        if (axis >= found.Shape.Count || found.Shape[axis] is < 1 or > 1 << 20)
            throw new WeightsFormatException($"Tensor '{tensor}' has shape [{string.Join(", ", found.Shape)}]; expected a size of at least 1 at axis {axis}.");
        return (int)found.Shape[axis];
    }

    /// <summary>Counts consecutive tensors whose names have the numbers from <paramref name="first"/> on in place of {0}.</summary>
    public int Count(string pattern, int first = 0)
    {
        var count = 0;
        while (Has(string.Format(CultureInfo.InvariantCulture, pattern, first + count)))
            count++;
        return count;
    }

    /// <summary>The scale s of a network whose last layer gives 3·s² channels for a pixel shuffle.</summary>
    /// <exception cref="WeightsFormatException">The scale is not 2, 3 or 4.</exception>
    public int PixelShuffleScale(string lastWeight)
    {
        var channels = Extent(lastWeight, 0);
        var scale = Array.Find(Scales, scale => 3 * scale * scale == channels);
        return scale != 0
            ? scale
            : throw new WeightsFormatException($"Tensor '{lastWeight}' gives {channels} channels; expected 12, 27 or 48, for scales of 2, 3 or 4.");
    }
}
