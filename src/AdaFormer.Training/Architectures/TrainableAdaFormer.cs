using AdaFormer.Export.Weights;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Losses;
using AdaFormer.Training.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>AdaFormer to the trainer: halting masks from an iteration on, a loss for the estimator, and validation with and without halting.</summary>
internal sealed class TrainableAdaFormer(TrainingConfiguration configuration) : ITrainableNetwork
{
    private readonly AdaFormerNetwork _network = new(configuration.Network, configuration.Ablation);

    public nn.Module Module => _network;

    public IEnumerable<(string Name, Tensor Tensor)> Buffers => [];

    public string Title => $"AdaFormer {_network.Configuration.PresetName}";

    public IReadOnlyDictionary<string, string> Identity => _network.Configuration.ToMetadata();

    public int SizeMultiple => _network.Configuration.SizeMultiple;

    public long MultiplyAddsPerPixel => _network.Configuration.MultiplyAddsPerPixel;

    public int HaltingBlocks => _network.Configuration.Blocks;

    public bool IsEstimator(string parameter) => parameter.StartsWith(AdaFormerNetwork.EstimatorPrefix, StringComparison.Ordinal);

    public bool IsFoldable(string parameter) => AdaFormerNetwork.IsResidualKernel(parameter);

    public void StartFrom(SafetensorsFile weights) => NetworkWeights.CopyAsStart(_network, weights);

    public SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata) =>
        NetworkWeights.Save(_network, new Dictionary<string, string>(metadata) { ["preset"] = _network.Configuration.PresetName });

    public IterationLoss Loss(PatchBatch batch, long iteration)
    {
        var threshold = iteration < configuration.MaskFromIteration ? double.PositiveInfinity : configuration.HaltingThreshold;
        var output = _network.forward(batch.Low, threshold);
        var loss = TrainingLoss.Of(output, batch.High, batch.Teacher, configuration);
        return new IterationLoss(loss.Total, Figures(loss, output.HaltingDepth));
    }

    public UpscaledImages Upscale(Tensor images)
    {
        var output = _network.Upscale(images, configuration.HaltingThreshold);
        return new UpscaledImages(output.Upscaled, output.HaltingDepth);
    }

    public EvaluationResult Measure(FolderEvaluation pictures, CancellationToken cancellationToken) =>
        pictures.Measure(_network, configuration.HaltingThreshold, cancellationToken);

    public EvaluationResult? MeasureUnhalted(FolderEvaluation pictures, CancellationToken cancellationToken) =>
        pictures.Measure(_network, double.PositiveInfinity, cancellationToken);

    public void Dispose() => _network.Dispose();

    private Tensor Figures(TrainingLoss loss, Tensor haltingDepth)
    {
        using var _ = no_grad();
        var levels = arange(HaltingBlocks, dtype: ScalarType.Float32, device: haltingDepth.device);
        var halted = haltingDepth.reshape(-1, 1).le(levels).to(ScalarType.Float64).mean([0]);
        return cat([stack([loss.L1, loss.Usl]).to(ScalarType.Float64), halted]);
    }
}
