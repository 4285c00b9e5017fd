using System.Collections.Concurrent;
using System.Diagnostics;
using AdaFormer.Files;
using AdaFormer.Web.Jobs;

namespace AdaFormer.Web.Models;

/// <summary>What upscaling costs on this machine.</summary>
/// <param name="SecondsPerMegapixel">Seconds for each million pixels of input, from file to file.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved.</param>
internal sealed record Speed(double SecondsPerMegapixel, double HaltedShare);

/// <summary>Measures models on a picture of 240×160 pixels, each once, remembers what came out, and learns from what pictures really took.</summary>
internal sealed class ModelSpeed(ModelCatalogue models, WorkGate gate, Workspace workspace)
{
    /// <summary>Nothing is measured for larger factors.</summary>
    public const int MaximumFactor = 16;

    // Small pictures tell little of what a file costs that is none.
    private const double SmallestToLearnFrom = 0.02;

    private readonly ConcurrentDictionary<(string Model, int Factor, float? Threshold), Lazy<Task<Speed>>> _measured = [];
    private readonly ConcurrentDictionary<(string Model, int Factor), double> _corrections = [];

    /// <summary>Gets the speed of a model, measuring it if that was not done before: when its turn comes.</summary>
    /// <param name="model">A model's name; <see langword="null"/> for the built-in ones that fit.</param>
    /// <param name="factor">How many times larger, at most <see cref="MaximumFactor"/>.</param>
    /// <param name="thresholds">The halting thresholds to measure at; <see langword="null"/> for the model's own.</param>
    public async Task<IReadOnlyList<Speed>> GetAsync(string? model, int factor, IReadOnlyList<float?> thresholds)
    {
        var speeds = new List<Speed>();
        foreach (var threshold in thresholds)
        {
            var key = (model ?? "", factor, threshold);
            var measurement = _measured.GetOrAdd(key, _ => new Lazy<Task<Speed>>(() => MeasureAsync(model, factor, threshold)));
            try
            {
                var speed = await measurement.Value;
                speeds.Add(speed with { SecondsPerMegapixel = speed.SecondsPerMegapixel * _corrections.GetValueOrDefault((key.Item1, factor), 1) });
            }
            catch
            {
                _measured.TryRemove(key, out _);
                throw;
            }
        }

        return speeds;
    }

    /// <summary>Learns from a picture that was upscaled.</summary>
    /// <param name="model">As it was asked for.</param>
    /// <param name="factor">How many times larger.</param>
    /// <param name="threshold">The halting threshold.</param>
    /// <param name="megapixels">Millions of pixels of input.</param>
    /// <param name="seconds">What it took.</param>
    public void Learn(string? model, int factor, float? threshold, double megapixels, double seconds)
    {
        if (megapixels >= SmallestToLearnFrom && _measured.TryGetValue((model ?? "", factor, threshold), out var measured) && measured is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            _corrections[(model ?? "", factor)] = seconds / megapixels / measured.Value.Result.SecondsPerMegapixel;
    }

    private async Task<Speed> MeasureAsync(string? model, int factor, float? threshold)
    {
        using var place = gate.Enter();
        await place.WaitAsync(null, CancellationToken.None);
        return await Task.Run(() =>
        {
            using var folder = workspace.NewFolder();
            var (input, output) = (folder.File("input"), folder.File("output.png"));
            File.WriteAllBytes(input, PageFiles.Read("sample.png"));
            var upscaler = new FileUpscaler(models.Find(model)!, options: new FileUpscaleOptions
            {
                Overwrite = true,
                TargetSize = TargetSize.Scaled(factor),
                Upscaling = new UpscaleOptions { HaltingThreshold = threshold },
            });
            // The first run loads the model, and warms it up.
            if (!_measured.Any(other => other.Key.Model == (model ?? "") && other.Key.Factor == factor && other.Value is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
                upscaler.Upscale(input, output);
            var clock = Stopwatch.StartNew();
            var result = upscaler.Upscale(input, output);
            return new Speed(clock.Elapsed.TotalSeconds / (result.InputWidth * result.InputHeight / 1e6), result.HaltedShare);
        });
    }
}
