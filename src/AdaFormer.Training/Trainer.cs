using AdaFormer.Export.Weights;
using AdaFormer.ImageSharp;
using AdaFormer.IO;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Checkpoints;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Devices;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Progress;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training;

/// <summary>
/// Trains a network. The output folder receives <c>checkpoint.safetensors</c>, from which a run resumes bit for bit on a CPU,
/// <c>training.csv</c>, <c>validation.csv</c>, at every validation <c>report.html</c>, and at the end <c>weights.safetensors</c>, the averaged weights.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfiguration _configuration;
    private readonly Func<TrainingConfiguration, ITrainableNetwork> _create;

    /// <summary>Prepares a run.</summary>
    /// <exception cref="TrainingConfigurationException">A setting is missing or out of range, or the network can only be trained by research.</exception>
    public Trainer(TrainingConfiguration configuration) : this(configuration, TrainableArchitectures.Create)
    {
        if (configuration.Ablation is not null)
        {
            throw new TrainingConfigurationException(
                "ablation changes AdaFormer's network or training, which only adaformer-research supports. " +
                "Make it a row of a study and run `adaformer-research ablate`, or remove the section.");
        }
    }

    /// <summary>Prepares a run of a network from a custom factory.</summary>
    internal Trainer(TrainingConfiguration configuration, Func<TrainingConfiguration, ITrainableNetwork> create)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        (_configuration, _create) = (configuration.Validated(), create);
    }

    /// <summary>The path of the checkpoint.</summary>
    public string CheckpointPath => Path.Combine(_configuration.OutputFolder, "checkpoint.safetensors");

    /// <summary>The path of the averaged weights after the run.</summary>
    public string WeightsPath => Path.Combine(_configuration.OutputFolder, "weights.safetensors");

    /// <summary>
    /// Whether a run may resume with settings that differ from its checkpoint's; the changes are then written to the
    /// <c>training_history</c> of later checkpoints and of the weights. Default: false, a different setting is an error.
    /// </summary>
    public bool WithChanges { get; init; }

    /// <summary>Time after which a run saves a checkpoint and stops, including reading. Default: none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    private string TeacherFolder => _configuration.TeacherFolder ?? Path.Combine(_configuration.OutputFolder, "teacher");

    /// <summary>Trains to the last iteration, then writes the averaged weights.</summary>
    /// <param name="resume">Whether to resume from the output folder's checkpoint, so that the run equals one that was not interrupted.</param>
    /// <param name="progress">Receives progress reports; called from the training thread, while reading from several.</param>
    /// <param name="cancellationToken">Stops after the current iteration and saves a checkpoint.</param>
    /// <returns>The path of the weights; null if the time limit came first.</returns>
    /// <exception cref="TrainingDivergedException">Loss or gradient is not finite; the last checkpoint is kept.</exception>
    /// <exception cref="TrainingConfigurationException">The device or its precision is not available, or the teacher has a different scale.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is a checkpoint but the run shall not resume, none although it shall, or one with other settings.
    /// </exception>
    /// <exception cref="WeightsFormatException">Checkpoint or initial weights are damaged or belong to another network.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ModelFormatException">The teacher's file is damaged or not a model.</exception>
    /// <exception cref="UpscalingException">The teacher failed.</exception>
    /// <exception cref="IOException">Pictures, weights or the teacher cannot be read or written.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp cannot be loaded on this system.</exception>
    public string? Run(bool resume = false, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        TorchSharpLibrary.Require();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (TimeLimit is { } limit)
            stop.CancelAfter(limit);
        CheckCheckpoint(resume);
        var device = ComputeDevice.Open(_configuration.Device);
        ComputeDevice.SetPrecision(_configuration.Precision, device);
        Notice(progress, $"training on {device}, selected by device {_configuration.Device}");
        Directory.CreateDirectory(_configuration.OutputFolder);
        if (_configuration.Threads > 0)
            set_num_threads(_configuration.Threads);
        try
        {
            return Train(resume, device, progress, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private string Train(bool resume, torch.Device device, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var paths = _configuration.TrainingFolders.SelectMany(folder => PictureFormats.Reader().List(folder, recursive: true)).ToArray();
        var teacher = TeacherModel.Of(_configuration);
        var settings = TrainingSettings.Of(_configuration, paths, teacher?.Sha256);
        using var state = StartState(resume, device, settings, progress);
        var validation = _configuration.ValidationFolder is { } folder
            ? new FolderEvaluation(folder, _configuration.Scale, cancellationToken)
            : null;
        var pairs = PicturePairs.Read(
            paths,
            _configuration.Scale,
            Reporting(TrainingStage.Reading),
            cancellationToken);
        if (teacher is not null)
            pairs = teacher.Teach(pairs, TeacherFolder, Reporting(TrainingStage.Teaching), cancellationToken);
        var sampler = new PatchSampler(pairs, _configuration.Scale, _configuration.PatchSize, _configuration.BatchSize, _configuration.Seed)
        {
            Degradation = _configuration.Degradation,
        };
        new TrainingLoop(_configuration, state, sampler, validation, progress, Save).Run(cancellationToken);
        var metadata = TrainingMetadata.Of(_configuration, teacher?.Sha256, state.History);
        AtomicFile.Write(WeightsPath, overwrite: true, state.Average().Save(metadata).Write);
        return WeightsPath;

        void Save() => CheckpointFile.Write(CheckpointPath, state, settings);

        Action<int> Reporting(TrainingStage stage) => done => progress?.Report(new TrainingProgress(stage, done, paths.Length));
    }

    private TrainingState StartState(bool resume, torch.Device device, string settings, IProgress<TrainingProgress>? progress)
    {
        random.manual_seed(_configuration.Seed);
        var initial = resume || _configuration.InitialWeights is null ? null : CheckpointReader.Read(_configuration.InitialWeights).Weights;
        // Created on the CPU, so that a seed gives the same weights on every device.
        var (network, average) = (_create(_configuration), _create(_configuration));
        network.Module.to(device);
        average.Module.to(device);
        var state = new TrainingState(_configuration, network, average);
        try
        {
            if (initial is not null)
                state.StartFrom(initial);
            if (resume)
                Compare(state, CheckpointFile.Read(CheckpointPath, state), settings, progress);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private void Compare(TrainingState state, string? before, string now, IProgress<TrainingProgress>? progress)
    {
        if (before is null)
        {
            Notice(progress, $"'{CheckpointPath}' does not contain its settings; whether these are the same is not known");
            AddHistory("settings before are not known");
            return;
        }

        var changes = TrainingSettings.Changes(before, now);
        if (changes.Count == 0)
            return;
        var list = string.Join(", ", changes);
        if (!WithChanges)
        {
            throw new InvalidOperationException(
                $"'{CheckpointPath}' was made with other settings (old → new): {list}. Resume with the old ones, or confirm the change with " +
                "--with-changes, in code WithChanges.");
        }

        AddHistory(list);

        void AddHistory(string what) =>
            state.History += FormattableString.Invariant($"{(state.History.Length > 0 ? "; " : "")}from iteration {state.Iteration}: {what}");
    }

    private void CheckCheckpoint(bool resume)
    {
        if (resume && !File.Exists(CheckpointPath))
            throw new InvalidOperationException($"There is no checkpoint '{CheckpointPath}'. Check output_folder, or start without resuming.");
        if (!resume && File.Exists(CheckpointPath))
            throw new InvalidOperationException($"'{CheckpointPath}' exists already. Resume, delete it, or choose another output_folder.");
    }

    private static void Notice(IProgress<TrainingProgress>? progress, string message) =>
        progress?.Report(new TrainingProgress(TrainingStage.Notice, 0, 0, Message: message));
}

/// <summary>A loss or gradient is no longer finite. The last checkpoint is untouched.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception with when it happened and what to do.</summary>
    public TrainingDivergedException(string message) : base(message)
    {
    }
}
