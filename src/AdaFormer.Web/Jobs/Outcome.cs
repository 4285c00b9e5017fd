using AdaFormer.Files;

namespace AdaFormer.Web.Jobs;

/// <summary>A picture that was upscaled.</summary>
/// <param name="Result">Sizes, models and warnings.</param>
/// <param name="FileName">The result's name on the client's side.</param>
/// <param name="File">Path of the result.</param>
/// <param name="View">Path of what a browser can show of it; the result itself where it can.</param>
/// <param name="Map">Path of the halting map; <see langword="null"/> without one.</param>
/// <param name="Seconds">Time at work.</param>
internal sealed record Outcome(FileUpscaleResult Result, string FileName, string File, string View, string? Map, double Seconds);
