using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using AdaFormer.Batch;
using AdaFormer.Farm;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary>
/// The options of how pictures are upscaled, on their way from <c>submit</c> to <c>work</c>: as they were written on the command line, so that
/// both read them in one way, and none can be forgotten. Device and threads are each machine's own, and so is trust: a message must not be able to
/// make a worker load what its check refuses.
/// </summary>
internal sealed class FarmSettings
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Option[] EachMachinesOwn = [CommonOptions.Device, CommonOptions.Threads, CommonOptions.Trust];

    private readonly Command _command;

    /// <summary>Adds the options to a command.</summary>
    public FarmSettings(Command command)
    {
        _command = command;
        var before = command.Options.ToArray();
        command.Options.Add(CommonOptions.Overwrite);
        Pictures = new PictureOptions(command);
        Carried = [.. command.Options.Except(before).Except(EachMachinesOwn)];
    }

    public PictureOptions Pictures { get; }

    private IReadOnlyList<Option> Carried { get; }

    /// <summary>What was written on the command line. Files by their full path.</summary>
    public string Write(ParseResult parsed) => JsonSerializer.Serialize(
        Carried.Select(option => parsed.GetResult(option)).OfType<System.CommandLine.Parsing.OptionResult>().Where(result => !result.Implicit)
            .SelectMany(result => result.Tokens.Select(token => Everywhere(token.Value)).Prepend(result.Option.Name)),
        Json);

    /// <summary>The upscaler of the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">The models of it.</param>
    /// <param name="second">The second model of it; <see langword="null"/>: none.</param>
    /// <param name="parallel">Files at once.</param>
    public BatchUpscaler Upscaler(ParseResult parsed, ModelSelector models, UpscalingModel? second, int parallel) => new(models, Pictures.Reader(parsed), Pictures.Writer(parsed), new BatchOptions
    {
        Files = Pictures.Files(parsed, parsed.GetValue(CommonOptions.Overwrite), second),
        FurtherSettings = Pictures.FurtherSettings(parsed),
        Parallel = parallel,
    });

    /// <summary>Reads what <see cref="Write"/> wrote, with the device, the threads and the trust of this machine.</summary>
    /// <exception cref="FarmSettingsException">There is an option that this version does not know.</exception>
    public static (FarmSettings Settings, ParseResult Parsed) Read(string text, Device device, int threads, bool trust)
    {
        var command = new Command("settings");
        var settings = new FarmSettings(command);
        InvariantNumbers.Require(command);
        var parsed = command.Parse([.. JsonSerializer.Deserialize<string[]>(text)!, CommonOptions.Device.Name, $"{device}", CommonOptions.Threads.Name, $"{threads}", CommonOptions.Trust.Name, $"{trust}"]);
        return parsed.Errors.Count == 0 ? (settings, parsed) : throw new FarmSettingsException($"{string.Join(" ", parsed.Errors.Select(error => error.Message))} Give all machines the same version of AdaFormer.");
    }

    private static string Everywhere(string value) => value.Contains('.') && File.Exists(value) ? Path.GetFullPath(value) : value;
}
