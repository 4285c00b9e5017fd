namespace AdaFormer.Batch;

/// <summary>How far a batch is.</summary>
/// <param name="Finished">Pictures that are dealt with, and the parts of those in work.</param>
/// <param name="Total">All pictures.</param>
/// <param name="Record">The picture that was just dealt with; <see langword="null"/> where one only got further.</param>
public readonly record struct BatchProgress(double Finished, int Total, BatchRecord? Record);
