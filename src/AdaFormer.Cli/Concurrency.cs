namespace AdaFormer.Cli;

/// <summary>Chooses the number of files that a batch processes in parallel.</summary>
internal static class Concurrency
{
    /// <summary>Estimated memory per file in progress: a tile of the largest network, and the picture.</summary>
    private const long BytesEach = 2L << 30;

    /// <summary>The requested number of files, or one per processor, limited by the number of files and memory.</summary>
    /// <param name="asked">0: choose.</param>
    /// <param name="files">Number of files.</param>
    public static int Choose(int asked, int files)
    {
        var room = (int)Math.Min(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesEach);
        return Math.Max(1, Math.Min(asked > 0 ? asked : room, files));
    }

    /// <summary>Threads per inference so that all files together keep all processors busy.</summary>
    public static int ThreadsEach(int files) => Math.Max(1, Environment.ProcessorCount / files);
}
