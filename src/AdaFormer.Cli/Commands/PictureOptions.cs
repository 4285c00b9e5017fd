using System.CommandLine;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Cli.Commands;

/// <summary>The options of every command that upscales files: target size, memory and output format.</summary>
internal sealed class PictureOptions
{
    private readonly Option<long?> _memory = new("--memory") { Description = "Memory budget, such as 1GB or 512MiB [default: half of the machine's]", HelpName = "size", CustomParser = MemorySize.Parse };
    private readonly Option<int?> _tile =
        new Option<int?>("--tile") { Description = "Largest tile side in input pixels [default: 512, or what the memory allows]", HelpName = "pixels" }.AtLeast(1);

    private readonly Option<int?> _overlap =
        new Option<int?>("--overlap") { Description = "Input pixels that a tile sees of its surroundings [default: the model's recommendation]", HelpName = "pixels" }.AtLeast(0);

    private readonly Option<int?> _quality = new Option<int?>("--quality") { Description = "Quality of JPEG and lossy WebP, 1 to 100 [default: 92]", HelpName = "number" }.Within(1, 100);
    private readonly Option<bool> _lossless = new("--lossless") { Description = "Write lossless WebP" };
    private readonly Option<long> _pixels =
        new Option<long>("--max-pixels") { Description = "Pictures with more pixels are refused, before they are decoded", DefaultValueFactory = _ => PictureReader.DefaultMaximumPixels, HelpName = "number" }.AtLeast(1);

    private readonly Option<long> _outputPixels =
        new Option<long>("--max-output-pixels") { Description = "Pictures whose result would have more pixels are refused, before they are decoded", DefaultValueFactory = _ => new FileUpscaleOptions().MaximumOutputPixels, HelpName = "number" }.AtLeast(1);

    private readonly Option<bool> _strict = new("--strict") { Description = "Treat every warning as a failure" };
    private readonly Option<bool> _salvage = new("--salvage") { Description = "Of a picture that is cut off, take what there is, with a warning" };
    private readonly SizeOptions _size;
    private readonly ModelOption _model;
    private readonly RefineOptions _refine;

    public PictureOptions(Command command)
    {
        _size = new SizeOptions(command);
        foreach (var option in new Option[] { _memory, _tile, _overlap, _quality, _lossless, _pixels, _outputPixels, _strict, _salvage })
            command.Options.Add(option);
        _model = new ModelOption(command);
        _refine = new RefineOptions(command);
    }

    /// <inheritdoc cref="ModelOption.LoadAll"/>
    public ModelSelector Models(ParseResult parsed, int threads = 0) => _model.LoadAll(parsed, threads);

    /// <summary>The requested size, or else the models' scale.</summary>
    public TargetSize Size(ParseResult parsed, ModelSelector models) => _size.Target(parsed) ?? TargetSize.Scaled(models.Scales[^1]);

    /// <summary>Loads the second model; <see langword="null"/> if the user wants none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Processor threads if the user sets none; 0 for all.</param>
    public UpscalingModel? SecondModel(ParseResult parsed, int threads = 0) => _refine.Path(parsed) is { } path ? _model.Load(parsed, path, threads) : null;

    public FileUpscaleOptions Files(ParseResult parsed, bool overwrite, UpscalingModel? second) => new()
    {
        Overwrite = overwrite,
        Strict = parsed.GetValue(_strict),
        MaximumOutputPixels = parsed.GetValue(_outputPixels),
        TargetSize = _size.Target(parsed),
        Upscaling = new UpscaleOptions
        {
            MemoryBudget = parsed.GetValue(_memory),
            TileSize = parsed.GetValue(_tile),
            TileOverlap = parsed.GetValue(_overlap),
            HaltingThreshold = _model.HaltingThreshold(parsed),
            Refinement = second is null ? null : _refine.With(parsed, second),
        },
    };

    public PictureReader Reader(ParseResult parsed) => PictureFormats.Reader(parsed.GetValue(_pixels), parsed.GetValue(_salvage));

    public PictureWriter Writer(ParseResult parsed) => PictureFormats.Writer(new ImageSharpEncoderOptions
    {
        Quality = parsed.GetValue(_quality) ?? new ImageSharpEncoderOptions().Quality,
        LosslessWebp = parsed.GetValue(_lossless),
    });

    /// <summary>The options besides <see cref="Files"/> that change results, as text, to detect changes.</summary>
    public string FurtherSettings(ParseResult parsed) =>
        $"quality {parsed.GetValue(_quality)}, lossless {parsed.GetValue(_lossless)}{(parsed.GetValue(CommonOptions.Range) is { } range ? $", range {range}" : "")}";
}
