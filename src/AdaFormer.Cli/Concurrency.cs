namespace AdaFormer.Cli;

/// <summary>How many files a batch works on at once.</summary>
internal static class Concurrency
{
    /// <summary>Memory that a file in work is taken to need: a tile of the largest network, and the picture.</summary>
    private const long BytesEach = 2L << 30;

    /// <summary>The number of files that was asked for, or as many as there are processors, as far as there are files and memory.</summary>
    /// <param name="asked">0: choose.</param>
    /// <param name="files">How many files there are.</param>
    public static int Choose(int asked, int files)
    {
        var room = (int)Math.Min(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesEach);
        return Math.Max(1, Math.Min(asked > 0 ? asked : room, files));
    }

    /// <summary>The threads of each inference that keep all processors busy together.</summary>
    public static int ThreadsEach(int files) => Math.Max(1, Environment.ProcessorCount / files);
}
