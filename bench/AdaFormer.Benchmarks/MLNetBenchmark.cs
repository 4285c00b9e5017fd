using System.Diagnostics;
using System.Globalization;
using AdaFormer.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

/// <summary>
/// What the ML.NET transform costs beyond its ONNX session: a row of a cursor, from image to image, against nothing but the session's run
/// on the same pixels, already tensors. In turns, in one run; a round's two times have met the same other programs, so the overhead is the
/// median over the rounds of their ratio.
/// </summary>
internal static class MLNetBenchmark
{
    private const int Rounds = 80;
    private const int WarmUp = 4;

    public static int Run(string[] args)
    {
        var side = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 128;
        var picture = TestCard.Draw(side, side);
        using var session = new InferenceSession(BuiltInModel.Read(), new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });
        var pixels = PixelTensor.Read(new PictureBand(picture, 0), new Tile(0, 0, side, side, 0, 0, side, side));
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, side, side]);
        var inputs = new Dictionary<string, OrtValue> { ["image"] = image };

        var context = new MLContext();
        var upscale = context.Transforms.AdaFormerUpscale("Large", "Image");
        var rows = Enumerable.Range(0, Rounds + WarmUp).Select(_ => new Row { Image = ToImage(picture) }).ToArray();
        var data = context.Transforms.ResizeImages("Image", side, side).Append(upscale).Fit(context.Data.LoadFromEnumerable(rows)).Transform(context.Data.LoadFromEnumerable(rows));
        using var cursor = data.GetRowCursor([data.Schema["Large"]]);
        var getter = cursor.GetGetter<MLImage>(data.Schema["Large"]);
        MLImage? large = null;

        var direct = new List<double>();
        var transform = new List<double>();
        using var run = new RunOptions();
        for (var round = -WarmUp; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            using (session.Run(run, inputs, ["upscaled", "halting_depth"]))
                Add(direct, round, clock);
            clock.Restart();
            cursor.MoveNext();
            getter(ref large!);
            Add(transform, round, clock);
        }

        Console.WriteLine($"{BuiltInModel.Name}, {side}×{side}, {Environment.ProcessorCount} processors; {Rounds} rounds");
        Console.WriteLine("| | fastest ms | median ms |");
        Console.WriteLine("|---|---:|---:|");
        Console.WriteLine($"| ONNX session | {direct.Min():F2} | {Median(direct):F2} |");
        Console.WriteLine($"| ML.NET transform | {transform.Min():F2} | {Median(transform):F2} |");
        Console.WriteLine($"overhead {Median([.. transform.Zip(direct, (with, without) => (with / without) - 1)]):P1}");
        return 0;
    }

    private static void Add(List<double> times, int round, Stopwatch clock)
    {
        if (round >= 0)
            times.Add(clock.Elapsed.TotalMilliseconds);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static MLImage ToImage(Picture picture)
    {
        var bytes = new byte[picture.Width * picture.Height * 4];
        for (var index = 0; index < bytes.Length; index++)
        {
            var pixel = index / 4;
            bytes[index] = index % 4 == 3 ? byte.MaxValue : picture.Row8(pixel / picture.Width)[(3 * (pixel % picture.Width)) + (index % 4)];
        }

        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, bytes);
    }

    private sealed class Row
    {
        public MLImage? Image { get; set; }
    }
}
