using AdaFormer.Export.Weights;
using AdaFormer.Imaging;
using AdaFormer.IO;
using AdaFormer.Training.Checkpoints;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Losses;
using AdaFormer.Training.Network;
using AdaFormer.Training.Optimization;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>
/// Trains AdaFormer. Into the output folder go <c>checkpoint.safetensors</c>, from which a run resumes bit for bit on a CPU,
/// <c>training.csv</c>, <c>validation.csv</c>, and at the end <c>weights.safetensors</c>, the averaged weights.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfiguration _configuration;

    /// <summary>Prepares a run.</summary>
    /// <exception cref="TrainingConfigurationException">A setting is missing or out of range.</exception>
    public Trainer(TrainingConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration.Validated();
    }

    /// <summary>Where the checkpoint lies.</summary>
    public string CheckpointPath => Path.Combine(_configuration.OutputFolder, "checkpoint.safetensors");

    /// <summary>Where the averaged weights lie after the run.</summary>
    public string WeightsPath => Path.Combine(_configuration.OutputFolder, "weights.safetensors");

    /// <summary>Trains to the last iteration, then writes the averaged weights.</summary>
    /// <param name="resume">
    /// Whether to go on from the output folder's checkpoint. With the configuration that it was made with, the run equals one that was
    /// not interrupted; with others (more iterations, a lower rate) it goes on by them.
    /// </param>
    /// <param name="progress">Gets news; called from the training thread, while reading from several.</param>
    /// <param name="cancellationToken">Stops after the current iteration and saves a checkpoint.</param>
    /// <returns>The path of the weights.</returns>
    /// <exception cref="TrainingDivergedException">Loss or gradient are not finite; the last checkpoint is kept.</exception>
    /// <exception cref="InvalidOperationException">There is a checkpoint though the run is not to resume, or none though it is.</exception>
    /// <exception cref="WeightsFormatException">Checkpoint or initial weights are damaged or of another network.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="IOException">Pictures or weights cannot be read or written.</exception>
    public string Run(bool resume = false, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckCheckpoint(resume);
        Directory.CreateDirectory(_configuration.OutputFolder);
        if (_configuration.Threads > 0)
            set_num_threads(_configuration.Threads);
        using var state = StartState(resume);
        var validation = _configuration.ValidationFolder is { } folder
            ? new FolderEvaluation(folder, _configuration.Scale, cancellationToken)
            : null;
        var sampler = ReadPictures(progress, cancellationToken);
        try
        {
            Train(state, sampler, validation, progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            CheckpointFile.Write(CheckpointPath, state);
            throw;
        }

        AtomicFile.Write(WeightsPath, overwrite: true, NetworkWeights.Save(state.Average, TrainingMetadata.Of(_configuration)).Write);
        return WeightsPath;
    }

    private void Train(
        TrainingState state,
        PatchSampler sampler,
        FolderEvaluation? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var log = new TrainingLog(_configuration.OutputFolder, _configuration.Network.Blocks, state.Iteration);
        var statistics = new StatisticsWindow(_configuration.Network.Blocks);
        while (state.Iteration < _configuration.Iterations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var learningRate = LearningRate.At(_configuration, state.Iteration);
            Iterate(state, sampler, learningRate, statistics);
            if (IsDue(_configuration.LogInterval))
            {
                var means = statistics.Take(learningRate);
                log.Add(state.Iteration, means);
                Report(TrainingStage.Training, means);
            }

            if (IsDue(_configuration.CheckpointInterval))
            {
                CheckpointFile.Write(CheckpointPath, state);
                Report(TrainingStage.Saved);
            }

            if (validation is not null && IsDue(_configuration.ValidationInterval))
            {
                var halting = validation.Measure(state.Average, _configuration.HaltingThreshold, cancellationToken);
                var unhalted = validation.Measure(state.Average, double.PositiveInfinity, cancellationToken);
                log.Add(state.Iteration, halting, unhalted);
                Report(TrainingStage.Validated, null, halting, unhalted);
                statistics.RestartClock();
            }
        }

        bool IsDue(long interval) => state.Iteration % interval == 0 || state.Iteration == _configuration.Iterations;

        void Report(
            TrainingStage stage, TrainingStatistics? means = null, EvaluationResult? halting = null, EvaluationResult? unhalted = null) =>
            progress?.Report(new TrainingProgress(stage, state.Iteration, _configuration.Iterations, means, halting, unhalted));
    }

    private void Iterate(TrainingState state, PatchSampler sampler, double learningRate, StatisticsWindow statistics)
    {
        using var scope = NewDisposeScope();
        var (low, high) = sampler.Batch(state.Iteration);
        var threshold = state.Iteration < _configuration.MaskFromIteration ? double.PositiveInfinity : _configuration.HaltingThreshold;
        var output = state.Network.forward(low, threshold);
        var loss = TrainingLoss.Of(output, high, _configuration);
        var (l1, usl) = (loss.L1.item<float>(), loss.Usl.item<float>());
        if (!float.IsFinite(l1) || !float.IsFinite(usl))
            throw Diverged($"the loss is {l1} + {_configuration.LossAlpha} · {usl}", state.Iteration);
        loss.Total.backward();
        if (!state.Optimizer.Step(state.Iteration + 1, learningRate, _configuration.GradientClip))
            throw Diverged("a gradient is not finite", state.Iteration);
        state.UpdateAverage();
        state.Iteration++;
        statistics.Add(l1, usl, output.HaltingDepth);
    }

    private TrainingState StartState(bool resume)
    {
        random.manual_seed(_configuration.Seed);
        var initial = resume || _configuration.InitialWeights is null ? null : SafetensorsFile.Read(_configuration.InitialWeights);
        var network = new AdaFormerNetwork(_configuration.Network, _configuration.Ablation);
        var state = new TrainingState(_configuration, network, new AdaFormerNetwork(_configuration.Network, _configuration.Ablation));
        try
        {
            if (initial is not null)
                state.StartFrom(initial);
            if (resume)
                CheckpointFile.Read(CheckpointPath, state);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private PatchSampler ReadPictures(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var paths = _configuration.TrainingFolders.SelectMany(folder => PictureFolder.List(folder, recursive: true)).ToArray();
        var pairs = PicturePairs.Read(paths, _configuration.Scale, Report, cancellationToken);
        return new PatchSampler(pairs, _configuration.Scale, _configuration.PatchSize, _configuration.BatchSize, _configuration.Seed);

        void Report(int done) => progress?.Report(new TrainingProgress(TrainingStage.Reading, done, paths.Length));
    }

    private void CheckCheckpoint(bool resume)
    {
        if (resume && !File.Exists(CheckpointPath))
            throw new InvalidOperationException($"There is no checkpoint '{CheckpointPath}'. Check output_folder, or start without resuming.");
        if (!resume && File.Exists(CheckpointPath))
            throw new InvalidOperationException($"'{CheckpointPath}' exists already. Resume, delete it, or choose another output_folder.");
    }

    private TrainingDivergedException Diverged(string what, long iteration) => new(
        $"Training stopped at iteration {iteration}: {what}. The last checkpoint is kept. Lower learning_rate or set gradient_clip.");
}
