namespace AdaFormer.Export.Architectures;

/// <summary>A kind of network, which knows its own checkpoints. Stateless; <see cref="ArchitectureRegistry"/> lists them all.</summary>
internal interface IArchitecture
{
    /// <summary>The name in metadata, in lower case.</summary>
    string Name { get; }

    /// <summary>The network that a checkpoint holds, its sizes deduced from names and shapes; <see langword="null"/> where it is another architecture's.</summary>
    /// <exception cref="Weights.WeightsFormatException">It is this architecture's, but its shapes make no network.</exception>
    Network? Recognize(Checkpoint checkpoint);
}
