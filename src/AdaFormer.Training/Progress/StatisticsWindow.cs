using System.Diagnostics;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>Adds up the iterations between two lines of the log.</summary>
internal sealed class StatisticsWindow(int blocks)
{
    private readonly double[] _halted = new double[blocks];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private double _l1;
    private double _usl;
    private int _count;

    public void Add(float l1, float usl, Tensor haltingDepth)
    {
        _l1 += l1;
        _usl += usl;
        _count++;
        for (var l = 0; l < _halted.Length; l++)
            _halted[l] += haltingDepth.le(l).sum().item<long>() / (double)haltingDepth.numel();
    }

    /// <summary>Leaves time that was not spent on training out of the speed.</summary>
    public void RestartClock() => _watch.Restart();

    public TrainingStatistics Take(double learningRate)
    {
        var statistics = new TrainingStatistics(
            _l1 / _count, _usl / _count, learningRate, _halted.Select(sum => sum / _count).ToArray(), _count / _watch.Elapsed.TotalSeconds);
        (_l1, _usl, _count) = (0, 0, 0);
        Array.Clear(_halted);
        _watch.Restart();
        return statistics;
    }
}
