using System.ComponentModel;
using AdaFormer.Web.Models;
using Microsoft.AspNetCore.Mvc;

namespace AdaFormer.Web.Requests;

/// <summary>A question for what a picture would cost.</summary>
internal sealed record EstimateQuery
{
    [FromQuery(Name = "inputWidth"), Description("Width of the picture in pixels.")]
    public required int InputWidth { get; init; }

    [FromQuery(Name = "inputHeight"), Description("Height of the picture in pixels.")]
    public required int InputHeight { get; init; }

    [FromQuery(Name = "model"), Description("Name of a model. Default: the built-in models that fit.")]
    public string? Model { get; init; }

    [FromQuery(Name = "scale"), Description("How many times larger. Default: 4, or the model's.")]
    public double? Scale { get; init; }

    [FromQuery(Name = "refine"), Description("Name of a second model, see /api/upscale. Default: none.")]
    public string? Refine { get; init; }
}

/// <summary>What a picture would cost.</summary>
/// <param name="Width">Width of the result in pixels.</param>
/// <param name="Height">Height of the result in pixels.</param>
/// <param name="Stops">The halting thresholds to choose from, from fast to best; one if the model does not halt.</param>
/// <param name="RefineSeconds">About how long the second model takes to refine all of the picture; a share of it takes that share. <see langword="null"/> if there is none, or it has another scale than the first model that the picture goes through.</param>
internal sealed record Estimate(int Width, int Height, IReadOnlyList<EstimateStop> Stops, double? RefineSeconds);

/// <summary>The cost at a halting threshold.</summary>
/// <param name="HaltingThreshold">The threshold; <see langword="null"/> is the model's own.</param>
/// <param name="Seconds">About how long it takes, without a second model.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved on the picture that was measured.</param>
internal sealed record EstimateStop(float? HaltingThreshold, double Seconds, double HaltedShare);

/// <summary>Answers these questions.</summary>
internal sealed class Estimator(ModelCatalogue models, CostBook costs, UpscaleServiceOptions limits)
{
    /// <exception cref="InvalidQueryException">An option is not valid.</exception>
    public async Task<Estimate> EstimateAsync(EstimateQuery query)
    {
        var order = new UpscaleQuery { Model = query.Model, Scale = query.Scale, Refine = query.Refine }.Order(models, limits);
        if (query.InputWidth < 1 || query.InputHeight < 1)
            throw new InvalidQueryException(new Dictionary<string, string[]> { ["inputWidth"] = [$"It is {query.InputWidth}×{query.InputHeight} pixels; expected at least 1×1."] });
        var scale = query.Scale ?? order.Models.Scales[^1];
        var (width, height) = Files.TargetSize.Scaled(scale).Of(query.InputWidth, query.InputHeight);
        var thresholds = models.DialOf(query.Model);
        var megapixels = (double)query.InputWidth * query.InputHeight / 1e6;
        var known = await costs.GetAsync(new CostKey(query.Model, (int)Math.Ceiling(scale), query.Refine), thresholds);
        return new Estimate(
            width, height, [.. thresholds.Zip(known, (threshold, cost) => new EstimateStop(threshold, cost.Seconds * megapixels, cost.HaltedShare))], known[0].RefineSeconds * megapixels);
    }
}
