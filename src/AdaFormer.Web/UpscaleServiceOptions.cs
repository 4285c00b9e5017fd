namespace AdaFormer.Web;

/// <summary>Limits and models of the service.</summary>
public sealed class UpscaleServiceOptions
{
    /// <summary>Device and threads of the models. Default: <see cref="ModelOptions"/>' defaults.</summary>
    public ModelOptions Models { get; init; } = new();

    /// <summary>ONNX files that are offered beside the built-in models and those of <see cref="ModelLibrary.Default"/>, by their names without the ending. Default: none.</summary>
    public IReadOnlyList<string> ModelFiles { get; init; } = [];

    /// <summary>The largest file that is accepted, in bytes. Default: 256 MB.</summary>
    public long MaximumBytes { get; init; } = 256_000_000;

    /// <summary>Pictures with more pixels are refused from their header. Default: 2^26, 8192×8192.</summary>
    public long MaximumPixels { get; init; } = 1L << 26;

    /// <summary>Pictures whose result would have more pixels are refused from their header. Default: 2^30, 32,768×32,768.</summary>
    public long MaximumOutputPixels { get; init; } = 1L << 30;

    /// <summary>Pictures that are upscaled at the same time; one uses all processors. Default: 1.</summary>
    public int AtWork { get; init; } = 1;

    /// <summary>Pictures that are uploaded or wait; further ones are refused with status 429. Default: 16.</summary>
    public int Waiting { get; init; } = 16;

    /// <summary>Memory in bytes that upscaling a picture may add, see <see cref="UpscaleOptions.MemoryBudget"/>. Default: <see langword="null"/>, half of the memory for all at work.</summary>
    public long? MemoryBudget { get; init; }

    /// <summary>How long a result is kept for a client that asked for progress, if it does not delete it earlier. Default: 10 minutes.</summary>
    public TimeSpan KeepResults { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Host names that requests may use beside <c>localhost</c> and addresses. Default: none, so that no web page can reach the service by a name of its own (DNS rebinding).</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Rejects limits that make no sense.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumOutputPixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AtWork, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Waiting);
    }
}
