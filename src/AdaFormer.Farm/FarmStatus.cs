namespace AdaFormer.Farm;

/// <summary>What a farm is at.</summary>
public sealed record FarmStatus
{
    /// <summary>Pictures that wait for a worker.</summary>
    public required int Waiting { get; init; }

    /// <summary>Pictures that workers have, those in strips included.</summary>
    public required int AtWork { get; init; }

    /// <summary>Pictures that were done since the queue was last empty.</summary>
    public required int Done { get; init; }

    /// <summary>Pictures that failed, and wait for <see cref="FarmClient.RetryAsync"/>.</summary>
    public required IReadOnlyList<FarmFailure> Failures { get; init; }

    /// <summary>Pictures that are made in strips at present.</summary>
    public required int InStrips { get; init; }

    /// <summary>Strips of pictures that are not made yet.</summary>
    public required int StripsLeft { get; init; }

    /// <summary>How often a picture or a strip was worked on to its end by two workers, since the queue was last empty; the first result stands.</summary>
    public required int Doubled { get; init; }

    /// <summary>Workers that take pictures from the queue.</summary>
    public required int Workers { get; init; }

    /// <summary>Pictures an hour, by those of the last half hour; <see langword="null"/> if none was done in it.</summary>
    public required double? PicturesPerHour { get; init; }

    /// <summary>Until nothing waits, at that speed; <see langword="null"/> if it is not known.</summary>
    public TimeSpan? TimeLeft => PicturesPerHour > 0 ? TimeSpan.FromHours((Waiting + AtWork) / PicturesPerHour.Value) : null;
}

/// <summary>A picture that failed.</summary>
/// <param name="Input">Its path or <c>s3://</c> address.</param>
/// <param name="Error">What went wrong at last.</param>
public sealed record FarmFailure(string Input, string Error);

/// <summary>What became of a plan that was submitted.</summary>
/// <param name="Submitted">Pictures that were put into the queue.</param>
/// <param name="Finished">Pictures whose outputs are finished.</param>
/// <param name="Queued">Pictures that are in the queue, or failed, from an earlier submission.</param>
public sealed record FarmSubmission(int Submitted, int Finished, int Queued);
