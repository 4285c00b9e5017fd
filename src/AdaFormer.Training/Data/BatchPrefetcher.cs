using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>Cuts batches ahead on the thread pool, so that the device need not wait; they come in order, and are the same however many are ahead.</summary>
internal sealed class BatchPrefetcher : IDisposable
{
    private readonly Queue<Task<PatchBatch>> _ahead = new();
    private readonly Func<long, PatchBatch> _cut;
    private readonly torch.Device _device;
    private readonly int _workers;
    private readonly long _end;
    private long _next;

    /// <param name="cut">Makes the batch of an iteration; called from several threads.</param>
    /// <param name="first">The first iteration wanted.</param>
    /// <param name="end">The iteration after the last.</param>
    /// <param name="device">Where batches are wanted.</param>
    /// <param name="workers">Batches to cut at a time; 0 cuts each when it is asked for.</param>
    public BatchPrefetcher(Func<long, PatchBatch> cut, long first, long end, torch.Device device, int workers)
    {
        (_cut, _next, _end, _device, _workers) = (cut, first, end, device, workers);
        Fill();
    }

    /// <summary>
    /// How many workers a device can use: a GPU eats more than one core cuts. A CPU that trains has no core to spare, and cutting is a
    /// small part of its time.
    /// </summary>
    public static int WorkersFor(torch.Device device) =>
        device.type == DeviceType.CUDA ? Math.Clamp(Environment.ProcessorCount - 1, 2, 16) : 0;

    private bool IsCuda => _device.type == DeviceType.CUDA;

    /// <summary>The next batch, on the device. What went wrong while cutting it comes out here.</summary>
    /// <param name="scope">What disposes of it: scopes belong to their thread, and the batch was made on another.</param>
    public PatchBatch Next(DisposeScope scope)
    {
        var batch = _workers == 0 ? Cut(_next++) : _ahead.Dequeue().GetAwaiter().GetResult();
        Fill();
        batch.AttachTo(scope);
        return IsCuda ? batch.Select(tensor => tensor.to(_device, non_blocking: true)) : batch;
    }

    /// <summary>Waits for what is being cut and lets it go.</summary>
    public void Dispose()
    {
        foreach (var task in _ahead)
        {
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            if (task.IsCompletedSuccessfully)
                task.Result.Dispose();
        }

        _ahead.Clear();
    }

    private void Fill()
    {
        for (; _ahead.Count < _workers && _next < _end; _next++)
        {
            var iteration = _next;
            _ahead.Enqueue(Task.Run(() => Cut(iteration)));
        }
    }

    private PatchBatch Cut(long iteration)
    {
        var batch = _cut(iteration);
        if (!IsCuda)
            return batch;
        // Pinned memory is what a device can fetch while the host goes on.
        using (batch)
            return batch.Select(tensor => tensor.pin_memory());
    }
}
