namespace AdaFormer.Farm;

/// <summary>Options of a worker.</summary>
public sealed record FarmWorkerOptions
{
    /// <summary>
    /// Pictures, or strips, at once, by what memory and processors allow; the worker takes no more than these from the queue. Default: 1.
    /// </summary>
    public int Parallel { get; init; } = 1;

    /// <summary>How long a worker that is told to stop may go on with the pictures that it has; then it gives them back. Default: 20 seconds.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After how long without a picture the worker ends. Default: <see langword="null"/>, never.</summary>
    public TimeSpan? Idle { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Grace, TimeSpan.Zero);
        if (Idle is { } idle)
            ArgumentOutOfRangeException.ThrowIfLessThan(idle, TimeSpan.Zero, nameof(Idle));
    }
}

/// <summary>Something that happened to a worker.</summary>
/// <param name="Kind">What.</param>
/// <param name="Input">The picture, and the strip if it is about one; <see langword="null"/> where it is about the connection.</param>
/// <param name="Message">An error or a notice; <see langword="null"/> if there is nothing to say.</param>
/// <param name="Seconds">Time of a picture.</param>
public sealed record FarmEvent(FarmEventKind Kind, string? Input, string? Message, double? Seconds);

/// <summary>Kinds of events.</summary>
public enum FarmEventKind
{
    /// <summary>A picture is upscaled and written.</summary>
    Done,

    /// <summary>A picture was finished already.</summary>
    Finished,

    /// <summary>A picture failed, and goes back for another attempt.</summary>
    Retried,

    /// <summary>A picture failed for good.</summary>
    Failed,

    /// <summary>A picture was given back because the worker stops.</summary>
    GivenBack,

    /// <summary>The connection to the broker was made.</summary>
    Connected,

    /// <summary>The connection to the broker was lost, or cannot be made; the worker tries again.</summary>
    Disconnected,

    /// <summary>Something that whoever runs the worker should know.</summary>
    Warning,

    /// <summary>A picture is large, and was cut into strips.</summary>
    Cut,

    /// <summary>A strip of a picture is upscaled.</summary>
    StripDone,
}

/// <summary>What a worker did.</summary>
/// <param name="Done">Pictures that it upscaled.</param>
/// <param name="Finished">Pictures that it found finished.</param>
/// <param name="Failed">Pictures, or strips of them, that failed for good.</param>
/// <param name="Retried">Failures of both that go back for another attempt.</param>
/// <param name="GivenBack">Pictures, or strips, that it gave back when it was told to stop.</param>
public sealed record FarmWork(int Done, int Finished, int Failed, int Retried, int GivenBack)
{
    /// <summary>Strips of pictures that it upscaled.</summary>
    public int Strips { get; init; }
}
