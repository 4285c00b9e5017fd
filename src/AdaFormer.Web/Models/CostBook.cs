using System.Collections.Concurrent;
using AdaFormer.Files;
using AdaFormer.Web.Jobs;

namespace AdaFormer.Web.Models;

/// <summary>What upscaling a million pixels of input costs.</summary>
/// <param name="Seconds">Seconds of the models that all of it goes through.</param>
/// <param name="RefineSeconds">Seconds of the second model if it refines all; <see langword="null"/> if there is none, or it has another scale.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved.</param>
internal sealed record Cost(double Seconds, double? RefineSeconds, double HaltedShare);

/// <summary>Which models, as they are asked for.</summary>
/// <param name="Model">A model's name; <see langword="null"/> for the built-in ones that fit.</param>
/// <param name="Factor">How many times larger, a whole number.</param>
/// <param name="Refine">The second model's name; <see langword="null"/> for none.</param>
internal sealed record CostKey(string? Model, int Factor, string? Refine);

/// <summary>Remembers what models cost on this machine, and learns from what pictures really took.</summary>
internal sealed class CostBook(ModelCatalogue models, WorkGate gate)
{
    private const int Megapixel = 1000;

    // Small pictures tell little of what a file costs that is none.
    private const double SmallestToLearnFrom = 0.02;

    private readonly ConcurrentDictionary<(CostKey Key, float? Threshold), Lazy<Task<Cost>>> _known = [];
    private readonly ConcurrentDictionary<CostKey, double> _corrections = [];

    /// <summary>Gets the costs at some halting thresholds. Models that were not tried before are: when their turn comes.</summary>
    /// <param name="key">The models.</param>
    /// <param name="thresholds">The thresholds; <see langword="null"/> for the model's own.</param>
    public async Task<IReadOnlyList<Cost>> GetAsync(CostKey key, IReadOnlyList<float?> thresholds)
    {
        var costs = new List<Cost>();
        foreach (var threshold in thresholds)
        {
            try
            {
                var cost = await _known.GetOrAdd((key, threshold), _ => new Lazy<Task<Cost>>(() => TryAsync(key, threshold))).Value;
                var correction = _corrections.GetValueOrDefault(key, 1);
                costs.Add(cost with { Seconds = cost.Seconds * correction, RefineSeconds = cost.RefineSeconds * correction });
            }
            catch
            {
                _known.TryRemove((key, threshold), out _);
                throw;
            }
        }

        return costs;
    }

    /// <summary>Learns from a picture that was upscaled.</summary>
    /// <param name="key">The models.</param>
    /// <param name="threshold">The halting threshold.</param>
    /// <param name="result">The result.</param>
    /// <param name="seconds">What it took.</param>
    public void Learn(CostKey key, float? threshold, FileUpscaleResult result, double seconds)
    {
        var megapixels = (double)result.InputWidth * result.InputHeight / (Megapixel * Megapixel);
        if (result.Pictures > 1 || result.Models.Count == 0 || megapixels < SmallestToLearnFrom)
            return;
        if (_known.TryGetValue((key, threshold), out var known) && known is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: var cost } })
            _corrections[key] = seconds / megapixels / (cost.Seconds + ((cost.RefineSeconds ?? 0) * (result.Refinement?.Share ?? 0)));
    }

    private async Task<Cost> TryAsync(CostKey key, float? threshold)
    {
        using var place = gate.Enter();
        await place.WaitAsync(null, CancellationToken.None);
        return await Task.Run(() =>
        {
            var second = models.FindOne(key.Refine);
            var upscaler = new FileUpscaler(models.Find(key.Model)!, options: new FileUpscaleOptions
            {
                TargetSize = TargetSize.Scaled(key.Factor),
                Upscaling = new UpscaleOptions { HaltingThreshold = threshold, Refinement = second is null ? null : new Refinement(second) { Share = 1 } },
            });
            var estimate = upscaler.Estimate(Megapixel, Megapixel);
            return new Cost(estimate.FirstTime.TotalSeconds, estimate.SecondTime > TimeSpan.Zero ? estimate.SecondTime.TotalSeconds : null, estimate.HaltedShare);
        });
    }
}
