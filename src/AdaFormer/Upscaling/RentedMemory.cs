using System.Buffers;

namespace AdaFormer;

/// <summary>
/// Short-lived memory of a tile, returned together. As garbage it would pile up: arrays of this size are collected only when there is more
/// of it than of live memory, which is a strip's rows.
/// </summary>
internal sealed class RentedMemory : IDisposable
{
    private readonly List<IDisposable> _rented = [];

    /// <summary>Rents memory filled with zeros.</summary>
    public Memory<T> Rent<T>(int length)
    {
        var owner = MemoryPool<T>.Shared.Rent(length);
        _rented.Add(owner);
        var memory = owner.Memory[..length];
        memory.Span.Clear();
        return memory;
    }

    public void Dispose()
    {
        foreach (var owner in _rented)
            owner.Dispose();
        _rented.Clear();
    }
}
