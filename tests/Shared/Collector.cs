namespace AdaFormer.Tests;

/// <summary>Keeps all that is reported, and may act on it.</summary>
internal sealed class Collector<T>(List<T> seen, Action<T>? also = null) : IProgress<T>
{
    public void Report(T value)
    {
        seen.Add(value);
        also?.Invoke(value);
    }
}
