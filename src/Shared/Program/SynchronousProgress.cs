namespace AdaFormer.Programs;

/// <summary>Reports progress on the calling thread, and so in order, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
