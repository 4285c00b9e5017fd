// Enlarges every picture of a folder through an ML.NET pipeline.
//   dotnet run --project samples/FolderPipeline -- PICTURES LARGE-PICTURES
using System.Diagnostics;
using AdaFormer.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: FolderPipeline INPUT-FOLDER OUTPUT-FOLDER");
    Console.Error.WriteLine("Enlarges every picture of the first folder into the second, as PNG. Existing files are skipped.");
    return 2;
}

var (inputFolder, outputFolder) = (args[0], args[1]);
try
{
    if (!Directory.Exists(inputFolder))
        throw new DirectoryNotFoundException($"There is no folder '{inputFolder}'.");
    // The formats that ML.NET's images support.
    string[] files = [.. Directory.EnumerateFiles(inputFolder).Where(file => Path.GetExtension(file).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".webp" or ".bmp" or ".gif").Order(StringComparer.Ordinal)];
    if (files.Length == 0)
        throw new InvalidDataException($"'{inputFolder}' contains no picture.");
    Directory.CreateDirectory(outputFolder);
    return Upscale(files) ? 0 : 1;
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"FolderPipeline: {exception.Message}");
    return 1;
}

bool Upscale(IReadOnlyList<string> files)
{
    var mlContext = new MLContext();
    var pipeline = mlContext.Transforms.LoadImages("Image", inputFolder, nameof(InputRow.FileName))
        .Append(mlContext.Transforms.AdaFormerUpscale("LargeImage", "Image"));

    // There is nothing to learn: fitting needs the column's type, not its rows.
    var transformer = pipeline.Fit(mlContext.Data.LoadFromEnumerable<InputRow>([]));

    // An engine takes one row at a time, so that a damaged file does not affect the others; mlContext.Data.CreateEnumerable would stop at it.
    using var engine = mlContext.Model.CreatePredictionEngine<InputRow, OutputRow>(transformer);
    var allWell = true;
    for (var index = 0; index < files.Count; index++)
    {
        var fileName = Path.GetFileName(files[index]);
        var output = Path.Combine(outputFolder, Path.ChangeExtension(fileName, ".png"));
        Console.Write($"{index + 1}/{files.Count} {fileName}: ");
        if (File.Exists(output))
        {
            Console.WriteLine($"skipped, because '{output}' already exists");
            continue;
        }

        try
        {
            var watch = Stopwatch.StartNew();
            using var large = engine.Predict(new InputRow { FileName = fileName }).LargeImage!;
            large.Save(output);
            Console.WriteLine($"{large.Width}×{large.Height} pixels in {watch.Elapsed.TotalSeconds:F1} s");
        }
        catch (ArgumentException)
        {
            Console.WriteLine("failed, because it is damaged or not a picture that ML.NET can read");
            allWell = false;
        }
    }

    return allWell;
}

internal sealed class InputRow
{
    public string FileName { get; set; } = "";
}

internal sealed class OutputRow
{
    public MLImage? LargeImage { get; set; }
}
