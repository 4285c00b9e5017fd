using System.Globalization;
using AdaFormer;
using AdaFormer.Tests;
using AdaFormer.Tests.Upscaling;

if (args is not [TestHost.FreshProcess, ..])
    return await TestHost.RunAsync(args);
args = args[1..];

// The fresh process of NativeMutationTests: loads and runs damaged models, from one number on, for some seconds. It says each number before
// its work, so that whoever started it knows what ended it.
var (seed, number, seconds) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture), double.Parse(args[2], CultureInfo.InvariantCulture));
var mutator = NativeMutationTests.MakeMutator(seed);
var clock = System.Diagnostics.Stopwatch.StartNew();
for (; clock.Elapsed.TotalSeconds < seconds; number++)
{
    var outcome = "refused before loading";
    Console.Write($"{number} ");
    Console.Out.Flush();
    try
    {
        var file = mutator.File(number);
        OnnxCheck.Check(file, "m");
        outcome = "refused by ONNX Runtime";
        using var model = UpscalingModel.Load(file, new ModelOptions { Device = Device.Cpu, Threads = 1 });
        outcome = "failed";
        new Upscaler(model).Upscale(Models.Picture(16, 8));
        outcome = "ran";
    }
    catch (Exception exception) when (exception is ModelFormatException or UpscalingException)
    {
    }
    catch (Exception exception)
    {
        outcome = "FIND " + exception.ToString().ReplaceLineEndings(" ");
    }

    Console.WriteLine(outcome);
}

return 0;
