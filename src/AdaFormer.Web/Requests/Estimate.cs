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
}

/// <summary>What a picture would cost.</summary>
/// <param name="Width">Width of the result in pixels.</param>
/// <param name="Height">Height of the result in pixels.</param>
/// <param name="Stops">The halting thresholds to choose from, from fast to best; one if the model does not halt. Empty for factors that are not measured.</param>
internal sealed record Estimate(int Width, int Height, IReadOnlyList<EstimateStop> Stops);

/// <summary>The cost at a halting threshold.</summary>
/// <param name="HaltingThreshold">The threshold; <see langword="null"/> is the model's own.</param>
/// <param name="Seconds">About how long it takes.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved on the picture that was measured.</param>
internal sealed record EstimateStop(float? HaltingThreshold, double Seconds, double HaltedShare);

/// <summary>Answers these questions.</summary>
internal sealed class Estimator(ModelCatalogue models, ModelSpeed speed, UpscaleServiceOptions limits)
{
    /// <exception cref="InvalidQueryException">An option is not valid.</exception>
    public async Task<Estimate> EstimateAsync(EstimateQuery query)
    {
        var order = new UpscaleQuery { Model = query.Model, Scale = query.Scale }.Order(models, limits);
        if (query.InputWidth < 1 || query.InputHeight < 1)
            throw new InvalidQueryException(new Dictionary<string, string[]> { ["inputWidth"] = [$"It is {query.InputWidth}×{query.InputHeight} pixels; expected at least 1×1."] });
        var scale = query.Scale ?? order.Models.Scales[^1];
        var (width, height) = Files.TargetSize.Scaled(scale).Of(query.InputWidth, query.InputHeight);
        var factor = (int)Math.Ceiling(scale);
        if (factor > ModelSpeed.MaximumFactor)
            return new Estimate(width, height, []);
        var thresholds = models.DialOf(query.Model);
        var megapixels = (double)query.InputWidth * query.InputHeight / 1e6;
        var speeds = await speed.GetAsync(query.Model, factor, thresholds);
        return new Estimate(width, height, [.. thresholds.Zip(speeds, (threshold, cost) => new EstimateStop(threshold, cost.SecondsPerMegapixel * megapixels, cost.HaltedShare))]);
    }
}
