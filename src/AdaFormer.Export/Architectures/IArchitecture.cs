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
    private const int MaximumScale = 8;

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

    /// <summary>The values of a tensor.</summary>
    /// <exception cref="WeightsFormatException">The tensor does not exist.</exception>
    public IReadOnlyList<float> Values(string tensor) => file.Tensors.TryGetValue(tensor, out var found)
        ? found.Values
        : throw new WeightsFormatException($"The weights lack tensor '{tensor}', which determines a size of the network.");

    /// <summary>Counts consecutive tensors whose names have the numbers from <paramref name="first"/> on in place of {0}.</summary>
    public int Count(string pattern, int first = 0)
    {
        var count = 0;
        while (Has(string.Format(CultureInfo.InvariantCulture, pattern, first + count)))
            count++;
        return count;
    }

    /// <summary>The scale s of a network whose last layer gives 3·s² channels for a pixel shuffle.</summary>
    /// <exception cref="WeightsFormatException">The scale is not a whole number from 1 to 8.</exception>
    public int PixelShuffleScale(string lastWeight)
    {
        var channels = Extent(lastWeight, 0);
        return Root(channels, 3) is { } scale and <= MaximumScale
            ? scale
            : throw new WeightsFormatException($"Tensor '{lastWeight}' gives {channels} channels; expected 3·s² for a scale s from 1 to {MaximumScale}, such as 12, 27 or 48.");
    }

    /// <summary>The factor f by which a network's first layer, with 3·f² channels, takes the picture smaller; usually 1.</summary>
    /// <exception cref="WeightsFormatException">The network is not one for pictures in RGB.</exception>
    public int UnshuffleFactor(string firstWeight)
    {
        var channels = Extent(firstWeight, 1);
        return Root(channels, 3) ?? throw new WeightsFormatException(channels switch
        {
            1 or 4 or 16 => $"The network takes grey pictures: '{firstWeight}' has {channels} input channels. Only networks for RGB are supported; look for its colour version.",
            _ => $"Tensor '{firstWeight}' has {channels} input channels; expected 3 for RGB, or 3·f² where the picture is taken apart first, such as 12.",
        });
    }

    /// <summary>Checks that the last layer gives RGB.</summary>
    /// <exception cref="WeightsFormatException">It does not.</exception>
    public void ExpectRgb(string lastWeight)
    {
        if (Extent(lastWeight, 0) is not 3 and var channels)
            throw new WeightsFormatException($"The network gives pictures of {channels} channels ('{lastWeight}'); only networks for RGB are supported.");
    }

    /// <summary>The scale that a network enlarges by, after its parts have been multiplied.</summary>
    /// <exception cref="WeightsFormatException">It is not a whole number from 1 to 8.</exception>
    public static int Scale(string architecture, int enlarged, int reduced)
    {
        var scale = enlarged / reduced;
        return scale * reduced == enlarged && scale is >= 1 and <= MaximumScale
            ? scale
            : throw new WeightsFormatException($"This is {architecture}, but it enlarges by {enlarged} what it first reduced by {reduced}; expected a scale from 1 to {MaximumScale}.");
    }

    /// <summary>The whole number whose square times <paramref name="factor"/> is <paramref name="value"/>; <see langword="null"/> if there is none.</summary>
    public static int? Root(int value, int factor)
    {
        var root = (int)Math.Round(Math.Sqrt((double)value / factor));
        return root >= 1 && root * root * factor == value ? root : null;
    }
}
