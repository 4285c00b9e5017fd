using System.Globalization;
using AdaFormer.Training.Evaluation;

namespace AdaFormer.Training;

/// <summary>The two tables of a run: <c>training.csv</c> and <c>validation.csv</c> in the output folder.</summary>
internal sealed class TrainingLog
{
    private readonly string _training;
    private readonly string _validation;

    /// <param name="folder">Output folder.</param>
    /// <param name="blocks">Blocks of the network.</param>
    /// <param name="iteration">Where the run goes on: later lines, of a run that was killed after its checkpoint, are dropped.</param>
    public TrainingLog(string folder, int blocks, long iteration)
    {
        var halted = string.Concat(Enumerable.Range(1, blocks).Select(l => $",halted_{l}"));
        _training = Start(Path.Combine(folder, "training.csv"), $"iteration,learning_rate,l1,usl,iterations_per_second{halted},flops_per_second", iteration);
        _validation = Start(Path.Combine(folder, "validation.csv"), $"iteration,psnr,psnr_unhalted,threshold{halted}", iteration);
    }

    public void Add(long iteration, TrainingStatistics s) =>
        Append(_training, [iteration, s.LearningRate, s.L1, s.Usl, s.IterationsPerSecond, .. s.HaltedShare, s.FlopsPerSecond]);

    public void Add(long iteration, EvaluationResult halting, EvaluationResult unhalted) =>
        Append(_validation, [iteration, halting.Psnr, unhalted.Psnr, halting.HaltingThreshold, .. halting.HaltedShare]);

    /// <summary>Whether an iteration was validated; not so if the run was stopped just then.</summary>
    public bool HasValidation(long iteration) => File.ReadLines(_validation).Any(line => line.StartsWith($"{iteration},", StringComparison.Ordinal));

    private static string Start(string path, string header, long iteration)
    {
        var kept = iteration > 0 && File.Exists(path) ? File.ReadLines(path).Skip(1).Where(IsKept).ToArray() : [];
        File.WriteAllLines(path, [header, .. kept]);
        return path;

        bool IsKept(string line) => long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out var at) && at <= iteration;
    }

    private static void Append(string path, IEnumerable<double> numbers) =>
        File.AppendAllText(path, string.Join(',', numbers.Select(number => number.ToString("G8", CultureInfo.InvariantCulture))) + "\n");
}
