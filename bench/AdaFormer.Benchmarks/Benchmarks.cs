namespace AdaFormer.Benchmarks;

/// <summary>The benchmarks by name.</summary>
internal static class Benchmarks
{
    public static Dictionary<string, Func<string[], int>> All() => new()
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
        ["mlnet"] = MLNetBenchmark.Run,
    };
}
