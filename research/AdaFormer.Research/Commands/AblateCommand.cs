using System.CommandLine;
using System.Text;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.Programs;
using AdaFormer.Research.Ablations;
using AdaFormer.Training.Commands;

namespace AdaFormer.Research.Commands;

/// <summary>The command <c>ablate</c>.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of studies, JSON files such as those of research/ablations" };
        var output = new Option<string?>("--output", "-o") { Description = "Markdown file for the tables; in an existing one they replace the text between its markers [default: on the screen]" };
        var work = new Option<string>("--work") { Description = "Folder for the runs", DefaultValueFactory = _ => "artifacts/ablations" };
        var onlyTrained = new Option<bool>("--only-trained") { Description = "Do not train: measure trained rows, list the rest as not run" };
        var command = new Command("ablate", "Trains and measures the rows of ablation studies; finished ones are skipped, stopped ones resumed")
        {
            folder, output, work, onlyTrained,
        };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(output);
            OutputPaths.Check(overwrite: true, [], path);
            var document = path is not null && File.Exists(path) ? File.ReadAllText(path) : AblationTable.EmptyDocument;
            _ = AblationTable.Into(document, "");    // fails now instead of after hours if it has no markers
            var files = Directory.GetFiles(parsed.GetRequiredValue(folder), "*.json").Order(StringComparer.Ordinal).ToArray();
            if (files.Length == 0)
                throw new FileNotFoundException($"'{parsed.GetValue(folder)}' contains no studies; expected JSON files.");
            var studies = files.Select(file => AblationStudy.Read(file, parsed.GetValue(work)!)).ToArray();
            foreach (var (study, row) in studies.SelectMany(study => study.Rows.Select(row => (study, row))))
            {
                if (parsed.GetValue(onlyTrained) && !File.Exists(row.Trainer.WeightsPath))
                    continue;
                Console.Error.WriteLine($"{study.Title}: {row.Title}");
                TrainingTable.Follow(progress => study.Run(row, progress, cancellationToken));
            }

            var tables = string.Concat(studies.Select(AblationTable.Of));
            if (path is null)
                Console.WriteLine(tables);
            else
                AtomicFile.Write(path, overwrite: true, stream => stream.Write(Encoding.UTF8.GetBytes(AblationTable.Into(document, tables))));
            return 0;
        });
        return command;
    }
}
