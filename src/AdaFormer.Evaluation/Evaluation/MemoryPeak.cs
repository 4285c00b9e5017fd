namespace AdaFormer.Evaluation;

/// <summary>Watches how much memory the process takes beyond what it had at the beginning.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private const int MillisecondsBetween = 2;
    private readonly long _before;
    private readonly Thread _watch;
    private volatile bool _done;
    private long _most;

    public MemoryPeak()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _most = _before = Environment.WorkingSet;
        _watch = new Thread(Watch) { IsBackground = true, Name = "memory" };
        _watch.Start();
    }

    /// <summary>The most so far, in million bytes.</summary>
    public double Megabytes => (Interlocked.Read(ref _most) - _before) / 1e6;

    public void Dispose()
    {
        _done = true;
        _watch.Join();
    }

    private void Watch()
    {
        while (!_done)
        {
            Interlocked.Exchange(ref _most, Math.Max(_most, Environment.WorkingSet));
            Thread.Sleep(MillisecondsBetween);
        }
    }
}
