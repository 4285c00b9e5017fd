using System.Diagnostics;
using AdaFormer.Training.Architectures;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Progress;

/// <summary>Accumulates the iterations between two lines of the log, on the device: reading a number would wait for it.</summary>
/// <param name="network">The network, which names its figures.</param>
/// <param name="flopsPerIteration">Floating-point operations per iteration.</param>
/// <param name="device">The device of the losses.</param>
internal sealed class StatisticsWindow(ITrainableNetwork network, double flopsPerIteration, torch.Device device) : IDisposable
{
    private readonly OrderedDictionary<string, Tensor> _sums = new(network.Figures.Select(name => KeyValuePair.Create(name, Zeros(device))));
    private readonly Tensor _halted = Zeros(device, network.HaltingBlocks);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _count;

    public void Add(IterationLoss loss)
    {
        using var _ = no_grad();
        foreach (var (name, sum) in _sums)
            sum.add_(loss.Figures[name].to(ScalarType.Float64));
        if (loss.HaltedShare is { } shares)
            _halted.add_(shares);
        _count++;
    }

    /// <summary>Excludes time that was not spent on training from the speed.</summary>
    public void RestartClock() => _watch.Restart();

    public TrainingStatistics Take(double learningRate)
    {
        using var scope = NewDisposeScope();
        var figures = new OrderedDictionary<string, double>(_sums.Select(pair => KeyValuePair.Create(pair.Key, Mean(pair.Value)[0])));
        var halted = Mean(_halted);
        var speed = _count / _watch.Elapsed.TotalSeconds;
        _count = 0;
        _watch.Restart();
        return new TrainingStatistics(figures, learningRate, halted, speed, speed * flopsPerIteration);
    }

    public void Dispose()
    {
        foreach (var sum in _sums.Values)
            sum.Dispose();
        _halted.Dispose();
    }

    private double[] Mean(Tensor sum)
    {
        var mean = sum.div(_count).cpu().data<double>().ToArray();
        sum.zero_();
        return mean;
    }

    private static Tensor Zeros(torch.Device device, params long[] shape) => zeros(shape, dtype: ScalarType.Float64, device: device);
}
