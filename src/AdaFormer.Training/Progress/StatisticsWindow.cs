using System.Diagnostics;
using AdaFormer.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>Adds up the iterations between two lines of the log, on the device: reading a number would wait for it.</summary>
/// <param name="blocks">Blocks L of the network.</param>
/// <param name="flopsPerIteration">Floating-point operations of an iteration.</param>
/// <param name="device">Where losses and depths lie.</param>
internal sealed class StatisticsWindow(int blocks, double flopsPerIteration, torch.Device device) : IDisposable
{
    private readonly Tensor _sums = zeros(2 + blocks, dtype: ScalarType.Float64, device: device);    // L1, USL, share halted before each block
    private readonly Tensor _levels = arange(blocks, dtype: ScalarType.Float32, device: device);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _count;

    /// <param name="loss">The losses of an iteration.</param>
    /// <param name="haltingDepth">Blocks in which each token was live, any shape.</param>
    public void Add(TrainingLoss loss, Tensor haltingDepth)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var halted = haltingDepth.reshape(-1, 1).le(_levels).to(ScalarType.Float64).mean([0]);
        _sums.add_(cat([stack([loss.L1, loss.Usl]).to(ScalarType.Float64), halted]));
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
        return new TrainingStatistics(means[0], means[1], learningRate, means[2..], speed, speed * flopsPerIteration);
    }

    public void Dispose()
    {
        _sums.Dispose();
        _levels.Dispose();
    }
}
