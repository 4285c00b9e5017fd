namespace AdaFormer.Benchmarks;

/// <summary>The benchmarks by name.</summary>
internal static partial class Benchmarks
{
    public static Dictionary<string, Func<string[], int>> All()
    {
        var benchmarks = new Dictionary<string, Func<string[], int>>
        {
            ["halting"] = HaltingBenchmark.Run,
            ["speed"] = SpeedBenchmark.Run,
            ["start-up"] = StartUpBenchmark.Run,
            ["parts"] = SmallParts.Run,
            ["batch"] = BatchBenchmark.Run,
            ["soak"] = SoakBenchmark.Run,
            ["int8"] = Int8ModelBenchmark.Run,
            ["int8-blocks"] = Int8BlocksBenchmark.Run,
            ["tiling"] = TilingBenchmark.Run,
            ["repeat"] = RepeatedPicture.Run,
        };
        AddMLNet(benchmarks);
        return benchmarks;
    }

    // In Optional/, which is left out where the feed lacks ML.NET.
    static partial void AddMLNet(Dictionary<string, Func<string[], int>> benchmarks);
}
