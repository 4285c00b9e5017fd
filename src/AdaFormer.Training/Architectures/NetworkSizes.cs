namespace AdaFormer.Training.Architectures;

/// <summary>The sizes of a network: the section of a training configuration with the architecture's name.</summary>
public abstract record NetworkSizes
{
    private protected NetworkSizes()
    {
    }

    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    internal abstract void Validate();

    /// <exception cref="ArgumentException">A size is out of range, or not a required multiple.</exception>
    private protected static void Require(string name, int size, int least, int most, int multiple = 1)
    {
        if (size < least || size > most || size % multiple != 0)
            throw new ArgumentException($"{name} is {size}; expected {(multiple == 1 ? "" : $"a multiple of {multiple} from ")}{least} to {most}.");
    }

    /// <exception cref="ArgumentException">There are no sizes, or one is out of range.</exception>
    private protected static void Require(string name, IReadOnlyList<int> sizes, int least, int most)
    {
        if (sizes.Count == 0)
            throw new ArgumentException($"{name} is empty; expected a number for each of the network's parts.");
        foreach (var size in sizes)
            Require(name, size, least, most);
    }
}
