using System.Diagnostics;
using AdaFormer.Evaluation.Metrics;
using AdaFormer.Imaging;

namespace AdaFormer.Evaluation;

/// <summary>A model's results in a comparison.</summary>
/// <param name="Name">The requested name.</param>
/// <param name="Model">The model's description.</param>
/// <param name="Scores">The mean of each of <see cref="ImageMetrics.All"/>; <see langword="null"/> without originals.</param>
/// <param name="HaltedShare">Share of the transformer's work that halting saved.</param>
/// <param name="MillisecondsPerMegapixel">Time per million pixels of output: for every picture the median of the rounds.</param>
public sealed record ModelResult(
    string Name, ModelDescription Model, IReadOnlyDictionary<IImageMetric, double>? Scores, double HaltedShare, double MillisecondsPerMegapixel);

/// <summary>Compares models on the same pictures and in turns, so that other load on the machine affects all equally.</summary>
public sealed class ModelComparison
{
    private readonly PictureReader _reader;
    private readonly ModelOptions _options;
    private readonly int _rounds;

    /// <param name="reader">Reads the pictures.</param>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    /// <param name="rounds">Number of timed runs per picture and model, at least 1.</param>
    public ModelComparison(PictureReader reader, ModelOptions? options = null, int rounds = 3)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        (_reader, _options, _rounds) = (reader, options ?? new ModelOptions(), rounds);
    }

    /// <summary>Degrades the inputs that are made of originals, such as by saving them as JPEG. Default: <see langword="null"/>, nothing does.</summary>
    public Func<Picture, Picture>? Spoil { get; init; }

    /// <summary>Measures quality and speed on originals, which are downscaled by MATLAB's bicubic interpolation.</summary>
    /// <param name="models">Names or paths, as for <see cref="UpscalingModel.LoadByName"/>.</param>
    /// <param name="folder">Folder of the pictures.</param>
    /// <param name="areOriginals">Whether the pictures are originals; otherwise they are upscaled as they are, and only time is measured.</param>
    /// <param name="progress">Receives the current step.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">The folder contains no pictures, or one that is too small to measure.</exception>
    /// <exception cref="FileNotFoundException">A model does not exist.</exception>
    /// <exception cref="ModelFormatException">A model is damaged.</exception>
    public IReadOnlyList<ModelResult> Run(
        IReadOnlyList<string> models, string folder, bool areOriginals, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        var pictures = _reader.List(folder).Select(_reader.Read).ToArray();
        var alone = models.Select(name => Alone(name)).ToArray();
        return [.. alone.Zip(Timed(), (result, timed) => result with { MillisecondsPerMegapixel = timed.Milliseconds, HaltedShare = timed.HaltedShare })];

        ModelResult Alone(string name)
        {
            progress?.Report($"{name}: {(areOriginals ? "quality" : "loading")}");
            using var model = UpscalingModel.LoadByName(name, _options);
            var scores = areOriginals ? new Evaluator(model, _reader, spoil: Spoil) { Bicubic = false }.Run(folder, cancellationToken: cancellationToken).Average.Upscaled : null;
            return new ModelResult(name, model.Description, scores, 0, 0);
        }

        (double Milliseconds, double HaltedShare)[] Timed()
        {
            var loaded = models.Select(name => UpscalingModel.LoadByName(name, _options)).ToArray();
            try
            {
                var inputs = loaded.Select(model => Inputs(pictures, model, areOriginals)).ToArray();
                var times = loaded.Select(_ => pictures.Select(_ => new List<double>()).ToArray()).ToArray();
                var shares = new double[loaded.Length];
                for (var round = -1; round < _rounds; round++)
                {
                    progress?.Report(round < 0 ? "warming up" : $"timing, round {round + 1} of {_rounds}");
                    for (var picture = 0; picture < pictures.Length; picture++)
                    {
                        for (var model = 0; model < loaded.Length; model++)
                        {
                            var clock = Stopwatch.StartNew();
                            var result = new Upscaler(loaded[model]).Upscale(inputs[model][picture], cancellationToken: cancellationToken);
                            if (round >= 0)
                                times[model][picture].Add(clock.Elapsed.TotalMilliseconds);
                            else
                                shares[model] += result.HaltingDepth.HaltedShare / pictures.Length;
                        }
                    }
                }

                return [.. loaded.Select((model, index) => (times[index].Sum(Median) / inputs[index].Sum(input => Megapixels(input, model.Description.Scale)), shares[index]))];
            }
            finally
            {
                foreach (var model in loaded)
                    model.Dispose();
            }
        }
    }

    /// <summary>
    /// Peak memory of the process in million bytes while a model upscales the pictures, beyond its memory before the model was loaded.
    /// Valid only in a process that ran no other model before, whose memory would be reused.
    /// </summary>
    /// <param name="name">Name or path of the model.</param>
    /// <param name="folder">Folder of the pictures.</param>
    /// <param name="areOriginals">As for <see cref="Run"/>.</param>
    /// <param name="cancellationToken">Stops within a picture.</param>
    public double PeakMegabytes(string name, string folder, bool areOriginals, CancellationToken cancellationToken = default)
    {
        var pictures = _reader.List(folder).Select(_reader.Read).ToArray();
        using var memory = new MemoryPeak();
        using var model = UpscalingModel.LoadByName(name, _options);
        foreach (var input in Inputs(pictures, model, areOriginals))
            new Upscaler(model).Upscale(input, cancellationToken: cancellationToken);
        return memory.Megabytes;
    }

    private Picture[] Inputs(Picture[] pictures, UpscalingModel model, bool areOriginals)
    {
        var scale = model.Description.Scale;
        return areOriginals ? [.. pictures.Select(picture => EvaluationPair.Reduce("", picture, scale, Spoil).Input)] : pictures;
    }

    private static double Megapixels(Picture input, int scale) => (double)input.Width * input.Height * scale * scale / 1e6;

    internal static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}

/// <summary>Tracks the memory that the process uses beyond its initial memory.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private const int MillisecondsBetween = 2;
    private readonly long _before;
    private readonly Thread _watch;
    private volatile bool _done;
    private long _most;

    public MemoryPeak()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _most = _before = Environment.WorkingSet;
        _watch = new Thread(Watch) { IsBackground = true, Name = "memory" };
        _watch.Start();
    }

    /// <summary>The peak so far, in million bytes.</summary>
    public double Megabytes => (Interlocked.Read(ref _most) - _before) / 1e6;

    public void Dispose()
    {
        _done = true;
        _watch.Join();
    }

    private void Watch()
    {
        while (!_done)
        {
            Interlocked.Exchange(ref _most, Math.Max(_most, Environment.WorkingSet));
            Thread.Sleep(MillisecondsBetween);
        }
    }
}
