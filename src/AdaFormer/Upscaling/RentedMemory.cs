using System.Buffers;

namespace AdaFormer;

/// <summary>
/// Memory that a tile needs for a moment, given back together. As garbage it would pile up: arrays of this size are collected only when there
/// is more of it than of what lives on, which is a strip's rows.
/// </summary>
internal sealed class RentedMemory : IDisposable
{
    private readonly List<IDisposable> _rented = [];

    /// <summary>So many zeros.</summary>
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
