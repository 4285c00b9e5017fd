using AdaFormer.Training.Checkpoints;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Optimization;
using AdaFormer.Training.Progress;
using AdaFormer.Training.Reports;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>
/// The iterations of a run. Nothing in an iteration waits for the device: losses accumulate there, and whether they are finite is read only
/// when a line of the log, a checkpoint or a validation is due.
/// </summary>
internal sealed class TrainingLoop(
    TrainingConfiguration configuration,
    TrainingState state,
    PatchSampler sampler,
    FolderEvaluation? validation,
    IProgress<TrainingProgress>? progress,
    Action save)
{
    // The backward pass computes gradients of inputs and of weights, each as expensive as the forward pass; a multiply-add is two operations.
    private const double FlopsPerMultiplyAdd = 2 * 3;

    private readonly long _start = state.Iteration;
    private readonly TrainingLog _log = new(configuration.OutputFolder, state.Network, configuration.ValidationJpeg is not null, state.Iteration);
    private readonly FolderEvaluation? _jpegValidation = configuration.ValidationJpeg is { } quality ? validation?.SavedAsJpeg(quality) : null;
    private readonly RunReport _report = new(configuration, validation?.Pictures ?? []);

    /// <summary>Runs to the last iteration; if cancelled, saves a checkpoint first.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        using var statistics = new StatisticsWindow(state.Network, FlopsPerIteration(), state.Device);
        using var batches = new BatchPrefetcher(
            sampler.Batch, state.Iteration, configuration.Iterations, state.Device, BatchPrefetcher.WorkersFor(state.Device));
        try
        {
            // A run may have stopped between an iteration and its validation.
            if (state.Iteration > 0 && IsDue(configuration.ValidationInterval) && !_log.HasValidation(state.Iteration))
                Validate(cancellationToken);
            while (state.Iteration < configuration.Iterations)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var learningRate = LearningRate.At(configuration, state.Iteration);
                Iterate(batches, learningRate, statistics);
                if (IsDue(configuration.LogInterval))
                    Log(statistics.Take(learningRate));
                if (IsDue(configuration.CheckpointInterval))
                    Save();
                if (IsDue(configuration.ValidationInterval))
                {
                    Validate(cancellationToken);
                    statistics.RestartClock();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
    }

    private void Iterate(BatchPrefetcher batches, double learningRate, StatisticsWindow statistics)
    {
        using var scope = NewDisposeScope();
        var loss = state.Network.Loss(batches.Next(scope), state.Iteration);
        loss.Total.backward();
        state.Step(loss.Total, learningRate, configuration.GradientClip);
        statistics.Add(loss);
    }

    private void Log(TrainingStatistics means)
    {
        CheckHealth();
        _log.Add(state.Iteration, means);
        Report(TrainingStage.Training, means);
    }

    private void Save()
    {
        CheckHealth();
        save();
        Report(TrainingStage.Saved);
    }

    private void Validate(CancellationToken cancellationToken)
    {
        if (validation is null)
            return;
        CheckHealth();
        var average = state.Average();
        var result = average.Measure(validation, cancellationToken);
        var unhalted = average.MeasureUnhalted(validation, cancellationToken);
        var jpeg = _jpegValidation is null ? null : average.Measure(_jpegValidation, cancellationToken);
        _log.Add(state.Iteration, result, unhalted, jpeg);
        _report.Write(average);
        progress?.Report(new TrainingProgress(TrainingStage.Validated, state.Iteration, configuration.Iterations)
        {
            Validation = result,
            Unhalted = unhalted,
            Jpeg = jpeg,
        });
    }

    private void CheckHealth()
    {
        if (state.Healthy.item<bool>())
            return;
        throw new TrainingDivergedException(
            $"Training stopped: loss or gradient of iteration {_start + state.HealthySteps.item<long>() + 1} is not finite. The last checkpoint " +
            "is kept. Lower learning_rate or set gradient_clip.");
    }

    private bool IsDue(long interval) => state.Iteration % interval == 0 || state.Iteration == configuration.Iterations;

    private void Report(TrainingStage stage, TrainingStatistics? means = null) =>
        progress?.Report(new TrainingProgress(stage, state.Iteration, configuration.Iterations, means));

    private double FlopsPerIteration()
    {
        var multiple = state.Network.SizeMultiple;
        var side = (configuration.PatchSize + multiple - 1) / multiple * multiple;
        return FlopsPerMultiplyAdd * state.Network.MultiplyAddsPerPixel * configuration.BatchSize * side * side;
    }
}
