using AdaFormer.Tests;
using Microsoft.ML;

if (args is not [TestHost.FreshProcess, ..])
    return await TestHost.RunAsync(args);
args = args[1..];

// The fresh process of SaveAndLoadTests. It names nothing of AdaFormer.MLNet, as a program that only loads pipelines would not.
var context = new MLContext();
var model = context.Model.Load(args[1], out _);
switch (args[0])
{
    case "paths":
        var data = context.Data.LoadFromEnumerable(args[3..].Select(path => new PathRow { Path = path }).ToArray());
        FreshProcess.Write(args[2], Images.Pixels(model.Transform(data), "Large"));
        return 0;
    case "floats":
        using (var engine = context.Model.CreatePredictionEngine<FreshProcess.FloatsRow, FreshProcess.LargeFloatsRow>(model))
            Console.WriteLine(FreshProcess.Sum(engine.Predict(new FreshProcess.FloatsRow { Pixels = FreshProcess.Gradient() }).Large!));
        return 0;
    default:
        return 2;
}
