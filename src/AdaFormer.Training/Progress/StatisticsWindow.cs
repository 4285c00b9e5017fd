using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>Adds up the iterations between two lines of the log, on the device: reading a number would wait for it.</summary>
/// <param name="haltingBlocks">Blocks L that tokens can leave before; 0: nothing halts.</param>
/// <param name="flopsPerIteration">Floating-point operations of an iteration.</param>
/// <param name="device">Where losses lie.</param>
internal sealed class StatisticsWindow(int haltingBlocks, double flopsPerIteration, torch.Device device) : IDisposable
{
    private readonly Tensor _sums = zeros(haltingBlocks == 0 ? 1 : 2 + haltingBlocks, dtype: ScalarType.Float64, device: device);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _count;

    /// <param name="figures">The figures of an iteration's loss.</param>
    public void Add(Tensor figures)
    {
        using var _ = no_grad();
        _sums.add_(figures);
        _count++;
    }

    /// <summary>Leaves time that was not spent on training out of the speed.</summary>
    public void RestartClock() => _watch.Restart();

    public TrainingStatistics Take(double learningRate)
    {
        using var scope = NewDisposeScope();
        var means = _sums.div(_count).cpu().data<double>().ToArray();
        var speed = _count / _watch.Elapsed.TotalSeconds;
        _sums.zero_();
        _count = 0;
        _watch.Restart();
        return new TrainingStatistics(
            means[0], haltingBlocks == 0 ? null : means[1], learningRate, [.. means.Skip(2)], speed, speed * flopsPerIteration);
    }

    public void Dispose() => _sums.Dispose();
}
