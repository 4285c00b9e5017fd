using System.CommandLine;

namespace AdaFormer.Cli.Commands;

/// <summary>The options by which every command that runs a model chooses it.</summary>
internal sealed class ModelOption
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Name of a model, see `adaformer models list`, or an ONNX file [default: of the built-in ones what the size asks for]", HelpName = "model" };
    private readonly Option<float?> _threshold = new Option<float?>("--halting-threshold", "-t")
    {
        Description = "Dial between speed and quality: lower lets tokens leave earlier, 1e9 keeps all [default: the model's own]",
        HelpName = "number",
    }.NotNaN();

    public ModelOption(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_threshold);
        command.Options.Add(CommonOptions.Device);
        command.Options.Add(CommonOptions.Threads);
    }

    public string? Path(ParseResult parsed) => parsed.GetValue(_model);

    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Processor threads where the user did not choose; 0 for all.</param>
    public UpscalingModel Load(ParseResult parsed, int threads = 0) => UpscalingModel.LoadByName(Path(parsed) ?? BuiltInModel.Name, Options(parsed, threads));

    /// <summary>The model that the user chose, or all built-in ones, of which each picture gets what its size asks for.</summary>
    /// <inheritdoc cref="Load"/>
    public ModelSelector LoadAll(ParseResult parsed, int threads) => Path(parsed) is { } path
        ? ModelSelector.LoadByName(path, Options(parsed, threads))
        : ModelSelector.LoadBuiltIn(Options(parsed, threads));

    private ModelOptions Options(ParseResult parsed, int threads) =>
        new() { Device = parsed.GetValue(CommonOptions.Device), Threads = parsed.GetValue(CommonOptions.Threads) is > 0 and var chosen ? chosen : threads };

    public float? HaltingThreshold(ParseResult parsed) => parsed.GetValue(_threshold);
}
