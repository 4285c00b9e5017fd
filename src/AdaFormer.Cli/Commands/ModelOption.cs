using System.CommandLine;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary>The options of every command that runs a model, by which it is chosen.</summary>
internal sealed class ModelOption
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Name of a model, see `adaformer models list`, or an ONNX file, also of other makers [default: the built-in models that fit the size]", HelpName = "model" };
    private readonly Option<float?> _threshold = new Option<float?>("--halting-threshold", "-t")
    {
        Description = "Trades speed for quality: lower halts tokens earlier, 1e9 keeps all [default: the model's own]",
        HelpName = "number",
    }.WithExponent();

    public ModelOption(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_threshold);
        command.Options.Add(CommonOptions.Range);
        command.Options.Add(CommonOptions.Trust);
        command.Options.Add(CommonOptions.Device);
        command.Options.Add(CommonOptions.Threads);
        command.Validators.Add(result =>
        {
            if (result.GetResult(CommonOptions.Range) is not null && result.GetResult(_model) is null)
                result.AddError("--range is for an ONNX model of other makers, and the built-in models say theirs; give --model too.");
        });
    }

    public string? Path(ParseResult parsed) => parsed.GetValue(_model);

    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Processor threads if the user sets none; 0 for all.</param>
    public UpscalingModel Load(ParseResult parsed, int threads = 0)
    {
        var model = UpscalingModel.LoadByName(Path(parsed) ?? BuiltInModel.Name, Options(parsed, threads));
        Tell(model);
        return model;
    }

    /// <summary>The model that the user chose, or all built-in ones, from which each picture gets those that fit its target size.</summary>
    /// <inheritdoc cref="Load"/>
    public ModelSelector LoadAll(ParseResult parsed, int threads)
    {
        if (Path(parsed) is not { } path)
            return ModelSelector.LoadBuiltIn(Options(parsed, threads));
        var models = ModelSelector.LoadByName(path, Options(parsed, threads));
        Tell(models[models.Scales[0]]);
        return models;
    }

    /// <summary>Loads another model, on the same device and with as many threads.</summary>
    public UpscalingModel Load(ParseResult parsed, string nameOrPath, int threads)
    {
        var model = UpscalingModel.LoadByName(nameOrPath, Options(parsed, threads));
        Tell(model);
        return model;
    }

    private static void Tell(UpscalingModel model)
    {
        foreach (var assumption in model.Description.Assumptions)
            Terminal.Warn(assumption);
    }

    private ModelOptions Options(ParseResult parsed, int threads) =>
        new()
        {
            Device = parsed.GetValue(CommonOptions.Device),
            Threads = parsed.GetValue(CommonOptions.Threads) is > 0 and var chosen ? chosen : threads,
            Range = parsed.GetValue(CommonOptions.Range),
            Trusted = parsed.GetValue(CommonOptions.Trust),
        };

    public float? HaltingThreshold(ParseResult parsed) => parsed.GetValue(_threshold);
}
