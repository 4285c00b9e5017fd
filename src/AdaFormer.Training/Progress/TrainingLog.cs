using System.Globalization;
using AdaFormer.Training.Architectures;
using AdaFormer.Training.Evaluation;

namespace AdaFormer.Training.Progress;

/// <summary>The two tables of a run: <c>training.csv</c> and <c>validation.csv</c> in the output folder.</summary>
internal sealed class TrainingLog
{
    private readonly string _training;
    private readonly string _validation;

    /// <param name="folder">Output folder.</param>
    /// <param name="network">The network, which names its figures and may halt.</param>
    /// <param name="jpeg">Whether validations also measure JPEGs.</param>
    /// <param name="iteration">Where the run resumes: later lines, of a run that was killed after its checkpoint, are dropped.</param>
    public TrainingLog(string folder, ITrainableNetwork network, bool jpeg, long iteration)
    {
        string[] halted = [.. Enumerable.Range(1, network.HaltingBlocks).Select(l => $"halted_{l}")];
        string[] unhalted = network.HaltingBlocks == 0 ? [] : ["psnr_unhalted", "threshold"];
        string[] ofJpeg = jpeg ? ["psnr_jpeg"] : [];
        _training = Start(
            Path.Combine(folder, "training.csv"),
            ["iteration", "learning_rate", .. network.Figures, "iterations_per_second", .. halted, "flops_per_second"],
            iteration);
        _validation = Start(Path.Combine(folder, "validation.csv"), ["iteration", "psnr", .. unhalted, .. halted, .. ofJpeg], iteration);
    }

    public void Add(long iteration, TrainingStatistics s) =>
        Append(_training, [iteration, s.LearningRate, .. s.Figures.Values, s.IterationsPerSecond, .. s.HaltedShare, s.FlopsPerSecond]);

    public void Add(long iteration, EvaluationResult result, EvaluationResult? unhalted, EvaluationResult? jpeg) => Append(
        _validation,
        [
            iteration, result.Psnr, .. Known(unhalted?.Psnr), .. Known(unhalted is null ? null : result.HaltingThreshold), .. result.HaltedShare,
            .. Known(jpeg?.Psnr),
        ]);

    /// <summary>Whether an iteration was validated; not if the run was stopped just then.</summary>
    public bool HasValidation(long iteration) => File.ReadLines(_validation).Any(line => line.StartsWith($"{iteration},", StringComparison.Ordinal));

    private static string Start(string path, IEnumerable<string> columns, long iteration)
    {
        var kept = iteration > 0 && File.Exists(path) ? File.ReadLines(path).Skip(1).Where(IsKept).ToArray() : [];
        File.WriteAllLines(path, [string.Join(',', columns), .. kept]);
        return path;

        bool IsKept(string line) => long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out var at) && at <= iteration;
    }

    private static double[] Known(double? number) => number is { } known ? [known] : [];

    private static void Append(string path, IEnumerable<double> numbers) =>
        File.AppendAllText(path, string.Join(',', numbers.Select(number => number.ToString("G8", CultureInfo.InvariantCulture))) + "\n");
}
