using System.Diagnostics;
using System.Globalization;
using AdaFormer.Export;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Benchmarks;

internal static class ProfileBenchmark
{
    public static int Run(string[] args)
    {
        var preset = args[0];
        var side = int.Parse(args[1], CultureInfo.InvariantCulture);
        var threads = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        var model = OnnxExporter.Export(RandomWeights.Of(AdaFormerConfiguration.Preset(preset, 4)));
        if (args.Length > 3) File.WriteAllBytes(args[3], model);
        var pixels = PixelTensor.Read(TestCard.Draw(side, side), new Tile(0, 0, side, side, 0, 0, side, side));
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, side, side]);
        foreach (var threshold in new[] { -1f, 1e9f })
        {
            using var dial = OrtValue.CreateTensorValueFromMemory([threshold], []);
            var inputs = new Dictionary<string, OrtValue> { ["image"] = image, ["halting_threshold"] = dial };
            var profile = OperatorProfile.Of(model, threads, inputs, 4);
            Console.WriteLine($"{preset} {side} threshold {threshold} threads {threads}: {profile.Sum(p => p.Milliseconds):F1} ms");
            foreach (var (name, ms) in profile.Take(20))
                Console.WriteLine($"  {name,-24} {ms,8:F1}");
        }
        return 0;
    }
}
