using System.CommandLine;
using System.Globalization;
using AdaFormer.Evaluation;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Programs;
using AdaFormer.Research.Cascade;
using Spectre.Console;

namespace AdaFormer.Research.Commands;

/// <summary>The command <c>orders</c>.</summary>
internal static class OrdersCommand
{
    public static Command Create()
    {
        var first = new Option<string>("--model", "-m") { Description = "The first model, name or ONNX file", DefaultValueFactory = _ => BuiltInModel.Name, HelpName = "model" };
        var second = new Option<string>("--refine") { Description = "The second model, of the same scale", Required = true, HelpName = "model" };
        var originals = new Option<string>("--hr") { Description = "Folder of originals, which are downscaled", Required = true, HelpName = "folder" };
        var width = new Option<int?>("--width") { Description = "Width to which wider originals are reduced first", HelpName = "pixels" };
        var command = new Command("orders", "Measures in which order a second model should refine a picture's cells") { first, second, originals, width };
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            using var easy = UpscalingModel.LoadByName(parsed.GetRequiredValue(first));
            using var hard = UpscalingModel.LoadByName(parsed.GetRequiredValue(second));
            var study = new OrderStudy(easy, hard);
            var reader = PictureFormats.Reader();
            foreach (var path in reader.List(parsed.GetRequiredValue(originals)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var picture = reader.Read(path);
                if (parsed.GetValue(width) is { } side && picture.Width > side)
                    picture = BicubicResampler.ToWidth(picture, side);
                study.Add(EvaluationPair.Reduce(Path.GetFileName(path), picture, easy.Description.Scale));
            }

            var table = Terminal.Table(["order", .. OrderStudy.Shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share:P0}"))]);
            foreach (var (order, kept) in study.Kept)
                table.AddRow([order, .. kept.Select(share => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %"))]);
            Terminal.Output.Write(table);
            return 0;
        });
        return command;
    }
}
