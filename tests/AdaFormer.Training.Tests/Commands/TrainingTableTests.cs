using AdaFormer.Training.Commands;
using AdaFormer.Training.Evaluation;
using AdaFormer.Training.Progress;
using Spectre.Console;

namespace AdaFormer.Training.Tests.Commands;

[TestClass]
public class TrainingTableTests
{
    [TestMethod]
    public void TheTableTellsWhatIsKnown()
    {
        var news = new TrainingNews();
        Assert.Contains("starting", Draw(news));
        news.Add(new TrainingProgress(TrainingStage.Reading, 37, 729));
        Assert.Contains("read 37 of 729 pictures", Draw(news));

        news.Add(new TrainingProgress(TrainingStage.Training, 100, 400, Statistics(0.04251, 13.92, 1e-3, [0, 0.13, 0.5], 4.567, 1e9)));
        var drawn = Draw(news);
        foreach (var text in new[] { "100/400", "0.0425", "13.920", "0.001", "0 % 13 % 50 %", "4.57 it/s" })
            Assert.Contains(text, drawn);
        Assert.DoesNotContain("left", drawn, "one report says nothing of the speed");
        Assert.DoesNotContain("validation", drawn);

        news.Add(Validated(200, 31.25, 31.5));
        news.Add(Validated(300, 31.125, 31.75));
        news.Add(new TrainingProgress(TrainingStage.Saved, 300, 400));
        news.Add(new TrainingProgress(TrainingStage.Training, 300, 400, Statistics(0.03, 12, 1e-3, [0, 0, 0], 4, 1e9)));
        drawn = Draw(news);
        foreach (var text in new[] { "31.125 dB with halting, 31.750 dB without, at 300", "31.250 dB at 200", "at 300", "about 0:00:00 left", "0 % 10 % 20 %" })
            Assert.Contains(text, drawn);
    }

    [TestMethod]
    public void LinesSayTheSame()
    {
        var news = new TrainingNews();
        news.Add(new TrainingProgress(TrainingStage.Reading, 37, 729));
        Assert.IsNull(TrainingText.Line(news), "not every picture");
        news.Add(new TrainingProgress(TrainingStage.Reading, 729, 729));
        Assert.AreEqual("read 729 of 729 pictures", TrainingText.Line(news));
        news.Add(new TrainingProgress(TrainingStage.Teaching, 200, 729));
        Assert.AreEqual("200 of 729 pictures from the teacher", TrainingText.Line(news));
        Assert.Contains("200 of 729 pictures from the teacher", Draw(news));
        news.Add(new TrainingProgress(TrainingStage.Training, 100, 400, Statistics(0.04251, 13.92, 1e-3, [0, 0.13], 4.567, 1e9)));
        Assert.AreEqual("100/400  L1 0.0425  USL 13.920  rate 0.001  halted 0 % 13 %  4.57 it/s", TrainingText.Line(news));
        news.Add(Validated(200, 31.25, 31.5));
        Assert.AreEqual("200/400  validation: 31.250 dB with halting, 31.500 dB without; halted 0 % 10 % 20 %", TrainingText.Line(news));
        news.Add(new TrainingProgress(TrainingStage.Saved, 300, 400));
        Assert.AreEqual("300/400  checkpoint saved", TrainingText.Line(news));
    }

    [TestMethod]
    public void WithoutHaltingNothingIsSaidOfIt()
    {
        var news = new TrainingNews();
        news.Add(new TrainingProgress(TrainingStage.Training, 100, 400, Statistics(0.04251, null, 1e-3, [], 4.567, 1e9)));
        Assert.AreEqual("100/400  L1 0.0425  rate 0.001  4.57 it/s", TrainingText.Line(news));
        news.Add(new TrainingProgress(TrainingStage.Validated, 200, 400, null, new EvaluationResult(double.PositiveInfinity, 31.25, [], [])));
        Assert.AreEqual("200/400  validation: 31.250 dB", TrainingText.Line(news));
        var drawn = Draw(news);
        foreach (var text in new[] { "31.250 dB, at 200", "31.250 dB at 200" })
            Assert.Contains(text, drawn);
        foreach (var text in new[] { "USL", "halt" })
            Assert.DoesNotContain(text, drawn);
    }

    private static TrainingProgress Validated(long iteration, double halting, double unhalted) => new(
        TrainingStage.Validated, iteration, 400, null, Result(0.95, halting), Result(double.PositiveInfinity, unhalted));

    private static TrainingStatistics Statistics(double l1, double? usl, double rate, double[] halted, double speed, double flops)
    {
        var figures = new OrderedDictionary<string, double> { ["l1"] = l1 };
        if (usl is { } loss)
            figures["usl"] = loss;
        return new TrainingStatistics(figures, rate, halted, speed, flops);
    }

    private static EvaluationResult Result(double threshold, double psnr) => new(threshold, psnr, [], [0, 0.1, 0.2]);

    private static string Draw(TrainingNews news)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 120;
        console.Write(TrainingTable.Render(news));
        return writer.ToString();
    }
}
