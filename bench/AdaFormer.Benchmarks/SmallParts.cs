using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AdaFormer.Benchmarks;

/// <summary>What surrounds the network, piece by piece, by BenchmarkDotNet: a tile of 256² going to 1024².</summary>
[MemoryDiagnoser]
public class SmallParts
{
    private const int Side = 256;
    private const int Scale = 4;
    private static readonly Tile Whole = new(0, 0, Side, Side, 0, 0, Side, Side);

    private readonly Picture _small = TestCard.Draw(Side, Side);
    private readonly Picture _large = TestCard.Draw(Side * Scale, Side * Scale);
    private readonly float[] _tensor = new float[3 * Side * Side];
    private readonly float[] _upscaled = BareSession.Tensor(TestCard.Draw(Side * Scale, Side * Scale));
    private readonly byte[] _png = Encoded(TestCard.Draw(Side * Scale, Side * Scale));

    internal static int Run(string[] args)
    {
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        var configuration = DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
        var summaries = BenchmarkSwitcher.FromTypes([typeof(SmallParts)]).Run(args.Length > 0 ? args : ["--filter", "*"], configuration);
        return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
    }

    [Benchmark]
    public void PixelsToTensor() => PixelTensor.Read(new PictureBand(_small, 0), Whole, _tensor);

    [Benchmark]
    public void TensorToPixels() => PixelTensor.Write(() => _upscaled, new PictureBand(_large, 0), Whole, Scale, neutral: false);

    [Benchmark]
    public Picture BicubicUpscaling() => BicubicResampler.ToSize(_small, Side * Scale, Side * Scale);

    [Benchmark]
    public Picture ReadPng() => new PictureReader().Read(new MemoryStream(_png));

    [Benchmark]
    public byte[] WritePng() => Encoded(_large);

    [Benchmark]
    public Picture HeatMap() => HaltingHeatMap.Draw(new HaltingMap(Side, Side, 4), _small, Scale);

    private static byte[] Encoded(Picture picture)
    {
        using var stream = new MemoryStream();
        PngFile.Save(picture, stream);
        return stream.ToArray();
    }
}
