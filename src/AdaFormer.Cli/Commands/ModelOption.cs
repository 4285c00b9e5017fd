using System.CommandLine;

namespace AdaFormer.Cli.Commands;

/// <summary>The options of every command that runs a model, by which it is chosen.</summary>
internal sealed class ModelOption
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Name of a model, see `adaformer models list`, or an ONNX file [default: the built-in models that fit the size]", HelpName = "model" };
    private readonly Option<float?> _threshold = new Option<float?>("--halting-threshold", "-t")
    {
        Description = "Trades speed for quality: lower halts tokens earlier, 1e9 keeps all [default: the model's own]",
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
    /// <param name="threads">Processor threads if the user sets none; 0 for all.</param>
    public UpscalingModel Load(ParseResult parsed, int threads = 0) => UpscalingModel.LoadByName(Path(parsed) ?? BuiltInModel.Name, Options(parsed, threads));

    /// <summary>The model that the user chose, or all built-in ones, from which each picture gets those that fit its target size.</summary>
    /// <inheritdoc cref="Load"/>
    public ModelSelector LoadAll(ParseResult parsed, int threads) => Path(parsed) is { } path
        ? ModelSelector.LoadByName(path, Options(parsed, threads))
        : ModelSelector.LoadBuiltIn(Options(parsed, threads));

    private ModelOptions Options(ParseResult parsed, int threads) =>
        new() { Device = parsed.GetValue(CommonOptions.Device), Threads = parsed.GetValue(CommonOptions.Threads) is > 0 and var chosen ? chosen : threads };

    public float? HaltingThreshold(ParseResult parsed) => parsed.GetValue(_threshold);
}
