using System.Globalization;
using AdaFormer.Export.Architectures;
using AdaFormer.Export.Weights;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using AdaFormer.Training.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures;

/// <summary>A network without halting for the trainer: its loss is the mean absolute difference, partly from a teacher's pictures. The exporter describes it.</summary>
internal sealed class TrainableFeedForward : ITrainableNetwork
{
    private const string L1 = "l1";

    private readonly FeedForwardNetwork _network;
    private readonly NetworkDescription _description;
    private readonly double _teacherWeight;
    private readonly PixelLoss _pixelLoss;

    /// <param name="network">The network; this owns it.</param>
    /// <param name="configuration">Provides the pixel loss, and the weight of a teacher's pictures, if batches have them.</param>
    public TrainableFeedForward(FeedForwardNetwork network, TrainingConfiguration configuration)
    {
        (_network, _teacherWeight, _pixelLoss) = (network, configuration.TeacherWeight, configuration.PixelLoss);
        _description = ArchitectureRegistry.Describe(Save(new Dictionary<string, string>(), new Dictionary<string, string>()));
    }

    public nn.Module Module => _network;

    public IEnumerable<(string Name, Tensor Tensor)> Buffers => _network.Buffers;

    public string Title => _description.Architecture == _description.Preset
        ? _description.Architecture
        : $"{_description.Architecture} {_description.Preset}";

    public IReadOnlyDictionary<string, string> Identity => new Dictionary<string, string>
    {
        ["architecture"] = _description.Architecture,
        ["scale"] = _description.Scale.ToString(CultureInfo.InvariantCulture),
    };

    public int SizeMultiple => _description.SizeMultiple;

    public long MultiplyAddsPerPixel => _description.MultiplyAddsPerPixel;

    public IReadOnlyList<string> Figures { get; } = [L1];

    public int HaltingBlocks => 0;

    private IEnumerable<(string Name, Tensor Tensor)> Tensors =>
        _network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(Buffers);

    public bool IsEstimator(string parameter) => false;

    public bool IsFoldable(string parameter) => false;

    public void StartFrom(SafetensorsFile weights)
    {
        var theirs = ArchitectureRegistry.Describe(weights);
        if (theirs.Architecture != _description.Architecture)
        {
            throw new WeightsFormatException(
                $"The weights are of architecture '{theirs.Architecture}'; expected '{_description.Architecture}'. Set architecture, or use other weights.");
        }

        var sameScale = theirs.Scale == _description.Scale;
        NamedWeights.Copy(weights, Tensors, name => !_network.IsDerived(name) && (sameScale || !_network.IsUpsampler(name)));
    }

    public SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata) => Save(metadata, new Dictionary<string, string>(Identity)
    {
        ["preset"] = _description.Preset,
    });

    public IterationLoss Loss(PatchBatch batch, long iteration)
    {
        _network.BeginIteration(iteration);
        var upscaled = _network.forward(batch.Low);
        var l1 = PictureLoss.Of(upscaled, batch.High, PixelLoss.L1);
        var own = _pixelLoss == PixelLoss.L1 ? l1 : PictureLoss.Of(upscaled, batch.High, _pixelLoss);
        var total = PictureLoss.WithTeacher(own, batch.Teacher, _teacherWeight, target => PictureLoss.Of(upscaled, target, _pixelLoss));
        return new IterationLoss(total, new Dictionary<string, Tensor> { [L1] = l1 });
    }

    public UpscaledImages Upscale(Tensor images) => new(_network.Upscale(images), null);

    public EvaluationResult Measure(FolderEvaluation pictures, CancellationToken cancellationToken) => pictures.Measure(_network, cancellationToken);

    public EvaluationResult? MeasureUnhalted(FolderEvaluation pictures, CancellationToken cancellationToken) => null;

    public void Dispose() => _network.Dispose();

    private SafetensorsFile Save(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, string> own) =>
        new(Tensors.ToDictionary(pair => pair.Name, pair => NamedWeights.Of(pair.Tensor)), metadata.Concat(own).ToDictionary());
}
