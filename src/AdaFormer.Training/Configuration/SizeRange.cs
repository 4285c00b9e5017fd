namespace AdaFormer.Training;

/// <summary>Checks of a network's sizes.</summary>
internal static class SizeRange
{
    /// <exception cref="ArgumentException">A size is out of range, or not a multiple of what it must be.</exception>
    public static void Require(string name, int size, int least, int most, int multiple = 1)
    {
        if (size < least || size > most || size % multiple != 0)
            throw new ArgumentException($"{name} is {size}; expected {(multiple == 1 ? "" : $"a multiple of {multiple} from ")}{least} to {most}.");
    }

    /// <exception cref="ArgumentException">There are no sizes, or one is out of range.</exception>
    public static void Require(string name, IReadOnlyList<int> sizes, int least, int most)
    {
        if (sizes.Count == 0)
            throw new ArgumentException($"{name} is empty; expected a number for each of the network's parts.");
        foreach (var size in sizes)
            Require(name, size, least, most);
    }
}
