using System.CommandLine;
using AdaFormer.Programs;
using Spectre.Console;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer models</c>: lists the models available by name, and downloads more.</summary>
internal static class ModelsCommand
{
    private static readonly Option<string?> Folder = new("--folder")
    {
        Description = $"Folder of the models [default: {ModelLibrary.FolderVariable} if set, else the user's]",
        HelpName = "folder",
        Recursive = true,
    };

    public static Command Create() => new("models", "Lists, shows, verifies and downloads models that can be used by name") { Folder, List(), Show(), Verify(), Pull() };

    private static Command List()
    {
        var command = new Command("list", "Lists the models");
        command.SetGuardedAction((parsed, _) =>
        {
            var library = Library(parsed);
            var table = Terminal.Table("model", "architecture", "scale", "precision", "bytes", "licence");
            foreach (var name in BuiltInModel.Names)
            {
                var (bytes, model) = (BuiltInModel.Read(name), ModelDescription.Read(BuiltInModel.Read(name), name));
                table.AddRow(name, model.Architecture, $"{model.Scale}", "fp32", $"{bytes.Length:N0}", Markup.Escape($"{model.License} (built in)"));
            }

            foreach (var model in library.List().Where(model => !BuiltInModel.Names.Contains(model.Name)))
                table.AddRow(model.Name, Markup.Escape(model.Architecture), $"{model.Scale}", Markup.Escape(model.Precision), $"{model.Onnx.Bytes:N0}", Markup.Escape(model.License));
            Terminal.Output.Write(table);
            Console.WriteLine($"Folder: {library.Folder}");
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("model") { Description = "Name of the model" };
        var command = new Command("show", "Shows everything about a model") { name };
        command.SetGuardedAction((parsed, _) =>
        {
            var library = Library(parsed);
            var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("");
            var facts = Describe(library.Read(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(name)).Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal);
            foreach (var (key, value) in facts)
                table.AddRow(Markup.Escape(key), Markup.Escape(value));
            foreach (var file in Find(library, parsed.GetRequiredValue(name)).SelectMany(model => model.Files))
                table.AddRow(Markup.Escape(file.Path), $"{file.Bytes:N0} bytes, SHA-256 {file.Sha256}");
            Terminal.Output.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        var names = new Argument<string[]>("models") { Description = "Names of the models [default: all]" };
        var command = new Command("verify", "Compares every file with its pinned length and hash") { names };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var library = Library(parsed);
            var wrong = 0;
            foreach (var file in Find(library, parsed.GetValue(names) ?? []).SelectMany(model => model.Files))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    library.Read(file);
                    Console.WriteLine($"{file.Path}: right");
                }
                catch (Exception exception) when (exception is ModelFormatException or IOException)
                {
                    wrong++;
                    Terminal.Fail(exception.Message);
                }
            }

            return wrong == 0 ? 0 : ExitCode.Failure;
        });
        return command;
    }

    private static Command Pull()
    {
        var origin = new Argument<string>("origin") { Description = "A folder or web address with a manifest.json of models" };
        var names = new Argument<string[]>("models") { Description = "Names of the models [default: all]" };
        var offline = new Option<bool>("--offline") { Description = "Never access the web: the models must already be here" };
        var command = new Command("pull", "Downloads models; a file that does not match its pin is never kept") { origin, names, offline };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var library = Library(parsed);
            foreach (var model in library.Pull(parsed.GetRequiredValue(origin), parsed.GetValue(names) ?? [], parsed.GetValue(offline), cancellationToken))
                Console.WriteLine($"{model.Name}: {model.Architecture}, {ScaleText.Of(model.Scale)}, licence {model.License}");
            return 0;
        });
        return command;
    }

    private static ModelDescription Describe(byte[] model, string name) =>
        ModelDescription.IsInside(model, name) ? ModelDescription.Read(model, name) : SharedModels.Get(model, name: name).Description;

    private static ModelLibrary Library(ParseResult parsed) => parsed.GetValue(Folder) is { } folder ? new ModelLibrary(folder) : ModelLibrary.Default;

    private static IEnumerable<ModelEntry> Find(ModelLibrary library, params string[] names)
    {
        var models = library.List();
        if (names.FirstOrDefault(name => !BuiltInModel.Names.Contains(name) && models.All(model => model.Name != name)) is { } missing)
            throw new FileNotFoundException($"'{library.Folder}' has no model '{missing}'; it has {(models.Count == 0 ? "none" : string.Join(", ", models.Select(model => model.Name)))}.");
        return models.Where(model => names.Length == 0 || names.Contains(model.Name));
    }
}
