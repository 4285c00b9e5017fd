namespace AdaFormer.Batch;

/// <summary>What became of a batch.</summary>
/// <param name="Total">All pictures of the plan.</param>
/// <param name="Done">Pictures that were upscaled.</param>
/// <param name="Skipped">Pictures that were finished before.</param>
/// <param name="Failed">Pictures that could not be upscaled.</param>
/// <param name="HaltedShare">The share of the transformer's work that halting saved in those upscaled, 0 to 1, each input pixel with the same weight; NaN where none was.</param>
/// <param name="Cancelled">Whether it was cancelled before all were dealt with.</param>
public sealed record BatchResult(int Total, int Done, int Skipped, int Failed, double HaltedShare, bool Cancelled);
