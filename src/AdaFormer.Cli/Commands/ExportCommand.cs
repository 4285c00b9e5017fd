using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AdaFormer.Evaluation;
using AdaFormer.Export;
using AdaFormer.Files;
using AdaFormer.IO;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Programs;

namespace AdaFormer.Cli.Commands;

/// <summary><c>adaformer export</c>: converts weights to ONNX.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var defaults = new ExportOptions();
        var weights = new Argument<string>("weights") { Description = "Safetensors file of an AdaFormer network" };
        var output = new Option<string>("--output", "-o") { Description = "ONNX file to write", Required = true, HelpName = "file" };
        var threshold = new Option<float>("--halting-threshold", "-t") { Description = "The graph's default threshold", DefaultValueFactory = _ => defaults.HaltingThreshold, HelpName = "number" }.WithExponent();
        var calibrate = new Option<string?>("--calibrate") { Description = "Folder of pictures on which to find the default threshold instead", HelpName = "folder" };
        var calibrateJpeg = new Option<int?>("--calibrate-jpeg") { Description = "Save the measured pictures as JPEG of this quality first, 1 to 100", HelpName = "quality" }.Within(1, 100);
        var int8 = new Option<bool>("--int8") { Description = "Convolutions in INT8, for the CPU; their ranges are measured on the pictures of --calibrate, before its threshold is found" };
        var fp16 = new Option<bool>("--fp16") { Description = "Weights and arithmetic in FP16, for GPUs; inputs and outputs stay FP32" };
        var loss = new Option<double>("--maximum-loss") { Description = "PSNR that the calibrated threshold may cost", DefaultValueFactory = _ => 0.02, HelpName = "dB" };
        var data = new Option<string>("--training-data") { Description = "Training data of the weights, for the metadata", DefaultValueFactory = _ => defaults.TrainingData, HelpName = "text" };
        var license = new Option<string>("--license") { Description = "The weights' licence, for the metadata", DefaultValueFactory = _ => defaults.License, HelpName = "text" };
        var fixedSize = new Option<(int Width, int Height)?>("--fixed-size") { Description = "Fixed input size of the model, for runtimes such as ML.NET's that require it", CustomParser = OptionChecks.Size, HelpName = "WxH" };
        var command = new Command("export", "Writes weights as an ONNX model, including the halting") { weights, output, threshold, calibrate, calibrateJpeg, int8, fp16, loss, data, license, fixedSize, CommonOptions.Overwrite };
        command.Validators.Add(result =>
        {
            if (result.GetValue(int8) && result.GetValue(calibrate) is null)
                result.AddError("--int8 needs pictures to measure the ranges of its activations on; add --calibrate FOLDER.");
            if (result.GetResult(calibrateJpeg) is not null && result.GetValue(calibrate) is null)
                result.AddError("--calibrate-jpeg needs pictures; add --calibrate FOLDER.");
            if (result.GetValue(int8) && result.GetValue(fp16))
                result.AddError("--int8 is for the CPU and --fp16 for GPUs; choose one of them.");
        });
        command.SetGuardedAction((parsed, cancellationToken) =>
        {
            var (source, target) = (parsed.GetRequiredValue(weights), parsed.GetRequiredValue(output));
            OutputPaths.Check(parsed.GetValue(CommonOptions.Overwrite), [source], target);
            var file = File.ReadAllBytes(source);
            var options = new ExportOptions
            {
                HaltingThreshold = parsed.GetValue(threshold),
                TrainingData = parsed.GetRequiredValue(data),
                License = parsed.GetRequiredValue(license),
                Float16 = parsed.GetValue(fp16),
            };
            if (parsed.GetValue(calibrate) is { } folder)
            {
                var reader = PictureFormats.Reader();
                var pictures = reader.List(folder).Select(reader.Read).ToArray();
                Func<Picture, Picture> spoil = parsed.GetValue(calibrateJpeg) is { } quality ? EvaluationInput.Jpeg(quality).Spoil : picture => picture;
                if (parsed.GetValue(int8))
                    options.ActivationRanges = Ranges(file, pictures, spoil, cancellationToken);
                options.HaltingThreshold = Threshold(OnnxExporter.Export(file, options), pictures, parsed.GetValue(loss), spoil, cancellationToken);
            }

            options.FixedSize = parsed.GetValue(fixedSize);
            var model = OnnxExporter.Export(file, options);
            AtomicFile.Write(target, parsed.GetValue(CommonOptions.Overwrite), stream => stream.Write(model));
            var description = ModelDescription.Read(model, target);
            Console.WriteLine($"{target}: {model.Length:N0} bytes, {(description.Halts ? $"halting threshold {description.HaltingThreshold}" : "does not halt")}");
            return 0;
        });
        return command;
    }

    private static IReadOnlyDictionary<string, (float Minimum, float Maximum)> Ranges(byte[] weights, Picture[] originals, Func<Picture, Picture> spoil, CancellationToken cancellationToken)
    {
        var model = OnnxExporter.ExportForCalibration(weights);
        var scale = ModelDescription.Read(model, "model").Scale;
        var inputs = originals.Select(original => spoil(BicubicResampler.Downscale(PictureCrop.ToMultipleOf(original, scale), scale))).ToArray();
        return ActivationCalibration.Find(model, inputs, cancellationToken);
    }

    private static float Threshold(byte[] onnx, Picture[] pictures, double maximumLoss, Func<Picture, Picture> spoil, CancellationToken cancellationToken)
    {
        using var model = UpscalingModel.Load(onnx);
        if (!model.Description.Halts)
            throw new NotSupportedException($"Architecture '{model.Description.Architecture}' does not halt, so there is no threshold to find; leave out --calibrate.");
        var trials = new SynchronousProgress<ThresholdScore>(trial =>
            Console.Error.WriteLine($"threshold {trial.Threshold:F4}: {trial.PsnrY:F3} dB, halting saves {trial.HaltedShare:P1}"));
        return ThresholdCalibration.Find(model, pictures, maximumLoss, spoil, trials, cancellationToken).Threshold;
    }
}
