namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>Consecutive elements that tensors are views of.</summary>
internal sealed class TorchStorage(ElementType elements, long count)
{
    public ElementType Elements => elements;

    public long Count => count;

    public long ByteLength => checked(count * elements.Size);

    /// <summary>The elements, once found.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }
}
