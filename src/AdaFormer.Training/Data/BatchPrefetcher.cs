using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>Prefetches batches on the thread pool, so that the device need not wait; they come in order, and do not depend on how many are prefetched.</summary>
internal sealed class BatchPrefetcher : IDisposable
{
    private readonly Queue<Task<PatchBatch>> _ahead = new();
    private readonly Func<long, PatchBatch> _cut;
    private readonly torch.Device _device;
    private readonly int _workers;
    private readonly long _end;
    private long _next;

    /// <param name="cut">Creates the batch of an iteration; called from several threads.</param>
    /// <param name="first">The first iteration.</param>
    /// <param name="end">The iteration after the last.</param>
    /// <param name="device">The device for the batches.</param>
    /// <param name="workers">Batches to create at a time; 0 creates each on demand.</param>
    public BatchPrefetcher(Func<long, PatchBatch> cut, long first, long end, torch.Device device, int workers)
    {
        (_cut, _next, _end, _device, _workers) = (cut, first, end, device, workers);
        Fill();
    }

    /// <summary>
    /// Number of workers for a device: a GPU consumes more than one core produces. A CPU that trains has no core to spare, and creating batches
    /// is a small part of its time.
    /// </summary>
    public static int WorkersFor(torch.Device device) =>
        device.type == DeviceType.CUDA ? Math.Clamp(Environment.ProcessorCount - 1, 2, 16) : 0;

    private bool IsCuda => _device.type == DeviceType.CUDA;

    /// <summary>The next batch, on the device. Rethrows errors that occurred while creating it.</summary>
    /// <param name="scope">The scope that disposes it: scopes belong to a thread, and the batch was created on another.</param>
    public PatchBatch Next(DisposeScope scope)
    {
        var batch = _workers == 0 ? Cut(_next++) : _ahead.Dequeue().GetAwaiter().GetResult();
        Fill();
        batch.AttachTo(scope);
        return IsCuda ? batch.Select(tensor => tensor.to(_device, non_blocking: true)) : batch;
    }

    /// <summary>Waits for batches in progress and disposes them.</summary>
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
        // A device can copy from pinned memory while the host continues.
        using (batch)
            return batch.Select(tensor => tensor.pin_memory());
    }
}
